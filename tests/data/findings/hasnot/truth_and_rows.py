# Looked for and shown.
books = Book.objects.order_by("pk")
if books:
    for book in books:
        print(book.title)
