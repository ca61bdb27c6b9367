# len() of all, for each row.
for book in Book.objects.order_by("pk"):
    print(book.title, len(book.review_set.all()))  # finds: n-plus-one-related-set

# %% twin
for book in Book.objects.prefetch_related("review_set").order_by("pk"):
    print(book.title, len(book.review_set.all()))
