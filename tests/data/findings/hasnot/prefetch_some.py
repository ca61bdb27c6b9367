# Read for some owners.
for author in Author.objects.prefetch_related("book_set").order_by("pk"):
    if author.pk == 2:
        print([book.title for book in author.book_set.all()])
