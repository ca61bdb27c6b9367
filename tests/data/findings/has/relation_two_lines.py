# Two foreign keys on two lines.
for book in Book.objects.order_by("pk"):
    print(book.author.name)  # finds: n-plus-one-relation
    print(book.publisher.name)  # finds: n-plus-one-relation

# %% twin
for book in Book.objects.select_related("author", "publisher").order_by("pk"):
    print(book.author.name)
    print(book.publisher.name)
