# The key of a relation is in the row.
for book in Book.objects.order_by("pk"):
    print(book.author_id)
