# Read in a second loop.
books = Book.objects.select_related("publisher").order_by("pk")
for book in books:
    print(book.title)
for book in books:
    print(book.publisher.city)
