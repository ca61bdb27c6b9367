# An aggregate for each row.
for author in Author.objects.order_by("pk"):
    print(author.book_set.aggregate(s=Sum("pages"))["s"])  # finds: n-plus-one-related-set

# %% twin
for author in Author.objects.annotate(s=Sum("book__pages")).order_by("pk"):
    print(author.s)
