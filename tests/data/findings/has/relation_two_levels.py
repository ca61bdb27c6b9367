# A chain of two foreign keys is one mistake.
for book in Book.objects.order_by("pk"):
    print(book.author.publisher.name)  # finds: n-plus-one-relation

# %% twin
for book in Book.objects.select_related("author__publisher").order_by("pk"):
    print(book.author.publisher.name)
