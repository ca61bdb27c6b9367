# Whether there are any, for each row.
for author in Author.objects.order_by("pk"):
    print(author.book_set.exists())  # finds: n-plus-one-related-set

# %% twin
for author in Author.objects.prefetch_related("book_set").order_by("pk"):
    print(author.book_set.exists())
