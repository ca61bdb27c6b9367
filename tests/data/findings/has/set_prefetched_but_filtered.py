# Prefetched rows are of no use to filter().
for author in Author.objects.order_by("pk").prefetch_related("book_set"):
    print(author.book_set.filter(pages__gt=100).count(), len(author.book_set.all()))  # finds: n-plus-one-related-set

# %% twin
for author in Author.objects.order_by("pk").prefetch_related("book_set"):
    print(len([b for b in author.book_set.all() if b.pages > 100]), len(author.book_set.all()))
