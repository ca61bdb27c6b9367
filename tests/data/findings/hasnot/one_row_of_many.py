# Only one of many rows is touched.
books = list(Book.objects.order_by("pk"))
print(books[3].author.name)
