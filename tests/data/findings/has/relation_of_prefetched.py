# The rows that were prefetched touch a relation.
for author in Author.objects.order_by("pk").prefetch_related("book_set"):
    for book in author.book_set.all():
        print(author.name, book.publisher.name)  # finds: n-plus-one-relation

# %% twin
for author in Author.objects.order_by("pk").prefetch_related("book_set", "book_set__publisher"):
    for book in author.book_set.all():
        print(author.name, book.publisher.name)
