# len() of what was prefetched costs nothing.
for author in Author.objects.prefetch_related("book_set").order_by("pk"):
    print(author.name, len(author.book_set.all()))
