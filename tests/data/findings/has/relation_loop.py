# A foreign key in a loop.
for book in Book.objects.order_by("pk"):
    print(book.title, book.author.name)  # finds: n-plus-one-relation

# %% twin
for book in Book.objects.select_related("author").order_by("pk"):
    print(book.title, book.author.name)
