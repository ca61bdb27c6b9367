# A second loop over the same rows asks nothing.
books = Book.objects.select_related("author").order_by("pk")
for book in books:
    print(book.author.name)
for book in books:
    print(book.author.name)
