# A set of rows that were prefetched.
for author in Author.objects.order_by("pk").prefetch_related("book_set"):
    for book in author.book_set.all():
        print(book.review_set.count())  # finds: n-plus-one-related-set

# %% twin
for author in Author.objects.order_by("pk").prefetch_related("book_set__review_set"):
    for book in author.book_set.all():
        print(book.review_set.count())
