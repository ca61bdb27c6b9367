# Streamed rows touch a relation.
for book in Book.objects.order_by("pk").iterator():
    print(book.author.name)  # finds: n-plus-one-relation

# %% twin
for book in Book.objects.select_related("author").order_by("pk").iterator():
    print(book.author.name)
