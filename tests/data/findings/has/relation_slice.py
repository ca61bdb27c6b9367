# A slice of the rows.
n = Book.objects.count()
for book in Book.objects.order_by("pk")[:n]:
    print(book.author.name)  # finds: n-plus-one-relation

# %% twin
n = Book.objects.count()
for book in Book.objects.select_related("author").order_by("pk")[:n]:
    print(book.author.name)
