# Plain values of a set for each row.
for author in Author.objects.order_by("pk"):
    print(list(author.book_set.order_by("pk").values_list("title", flat=True)))  # finds: n-plus-one-related-set

# %% twin
ordered = Book.objects.order_by("pk")
for author in Author.objects.order_by("pk").prefetch_related(Prefetch("book_set", queryset=ordered)):
    print([book.title for book in author.book_set.all()])
