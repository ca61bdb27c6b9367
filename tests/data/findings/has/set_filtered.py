# A filtered set for each row.
for author in Author.objects.order_by("pk"):
    for book in author.book_set.filter(pages__gt=100).order_by("pk"):  # finds: n-plus-one-related-set
        print(author.name, book.title)

# %% twin
long = Book.objects.filter(pages__gt=100).order_by("pk")
for author in Author.objects.order_by("pk").prefetch_related(Prefetch("book_set", queryset=long, to_attr="long")):
    for book in author.long:
        print(author.name, book.title)
