# Under a name that nobody uses.
long_ones = Prefetch("book_set", queryset=Book.objects.filter(pages__gt=1), to_attr="long_books")
for author in Author.objects.prefetch_related(long_ones).order_by("pk"):  # finds: unused-eager-load
    print(author.name)

# %% twin
for author in Author.objects.order_by("pk"):
    print(author.name)
