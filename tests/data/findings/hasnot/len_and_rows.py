# Counted and shown.
books = Book.objects.order_by("pk")
print(len(books))
for book in books:
    print(book.title)
