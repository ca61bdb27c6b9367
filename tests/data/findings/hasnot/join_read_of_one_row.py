# Read of one row is read.
books = list(Book.objects.select_related("author").order_by("pk"))
for book in books:
    print(book.title)
print(books[0].author.name)
