# An ordered set for each row.
for author in Author.objects.order_by("pk"):
    for book in author.book_set.order_by("-pk"):  # finds: n-plus-one-related-set
        print(author.name, book.title)

# %% twin
newest = Book.objects.order_by("-pk")
for author in Author.objects.order_by("pk").prefetch_related(Prefetch("book_set", queryset=newest)):
    for book in author.book_set.all():
        print(author.name, book.title)
