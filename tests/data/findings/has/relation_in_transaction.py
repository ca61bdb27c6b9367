# Inside a transaction it is no better.
with transaction.atomic():
    for book in Book.objects.order_by("pk"):
        print(book.author.name)  # finds: n-plus-one-relation

# %% twin
with transaction.atomic():
    for book in Book.objects.select_related("author").order_by("pk"):
        print(book.author.name)
