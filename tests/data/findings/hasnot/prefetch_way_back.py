# The way back from prefetched rows is known.
for author in Author.objects.prefetch_related("book_set"):
    for book in author.book_set.all():
        print(book.author.name)
