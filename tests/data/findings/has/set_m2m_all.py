# A many-to-many relation.
for book in Book.objects.order_by("pk"):
    print(book.title, sorted(tag.name for tag in book.tag_set.all()))  # finds: n-plus-one-related-set

# %% twin
for book in Book.objects.prefetch_related("tag_set").order_by("pk"):
    print(book.title, sorted(tag.name for tag in book.tag_set.all()))
