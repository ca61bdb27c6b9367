# Rows numbered by enumerate().
for i, book in enumerate(Book.objects.order_by("pk")):
    print(i, book.author.name)  # finds: n-plus-one-relation

# %% twin
for i, book in enumerate(Book.objects.select_related("author").order_by("pk")):
    print(i, book.author.name)
