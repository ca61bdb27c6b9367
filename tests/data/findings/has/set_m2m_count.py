# The number of many-to-many rows.
for tag in Tag.objects.order_by("pk"):
    print(tag.name, tag.book_set.count())  # finds: n-plus-one-related-set

# %% twin
for tag in Tag.objects.annotate(n=Count("book")).order_by("pk"):
    print(tag.name, tag.n)
