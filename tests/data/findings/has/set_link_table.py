# The rows of the link table.
for book in Book.objects.order_by("pk"):
    print(len(book.booktag_set.all()))  # finds: n-plus-one-related-set

# %% twin
for book in Book.objects.prefetch_related("booktag_set").order_by("pk"):
    print(len(book.booktag_set.all()))
