# Neither does its truth.
for author in Author.objects.prefetch_related("book_set").order_by("pk"):
    print(author.name, bool(author.book_set.all()))
