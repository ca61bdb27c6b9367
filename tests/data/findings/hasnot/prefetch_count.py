# count() of prefetched rows asks nothing.
for author in Author.objects.prefetch_related("book_set"):
    print(author.book_set.count(), author.book_set.exists())
