# Two querysets as one.
rows = Book.objects.filter(pk=1).union(Book.objects.filter(pk=2))
for book in rows.order_by("pk"):
    print(book.title)
