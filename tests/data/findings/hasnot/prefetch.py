# The set was prefetched.
for author in Author.objects.prefetch_related("book_set"):
    print(len(author.book_set.all()))
