# Rows by the batch.
for book in Book.objects.order_by("pk").iterator(chunk_size=2):
    print(book.title)
