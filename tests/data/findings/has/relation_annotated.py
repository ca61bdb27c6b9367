# Annotated rows touch a relation.
for book in Book.objects.annotate(n=Count("review")).order_by("pk"):
    print(book.n, book.author.name)  # finds: n-plus-one-relation

# %% twin
for book in Book.objects.select_related("author").annotate(n=Count("review")).order_by("pk"):
    print(book.n, book.author.name)
