# Prefetches by the batch.
for book in Book.objects.select_related("author").iterator(chunk_size=2):
    print(book.author.name)
