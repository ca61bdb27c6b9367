# The relation came with the rows.
for book in Book.objects.select_related("author").order_by("pk"):
    print(book.author.name)
