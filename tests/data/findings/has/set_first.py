# The first of a set for each row.
for author in Author.objects.order_by("pk"):
    print(author.book_set.order_by("pk").first().title)  # finds: n-plus-one-related-set

# %% twin
ordered = Book.objects.order_by("pk")
for author in Author.objects.order_by("pk").prefetch_related(Prefetch("book_set", queryset=ordered, to_attr="sorted_books")):
    print(author.sorted_books[0].title)
