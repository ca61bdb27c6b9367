# Two foreign keys on one line are two findings.
for book in Book.objects.order_by("pk"):
    print(book.author.name, book.publisher.name)  # finds: n-plus-one-relation n-plus-one-relation

# %% twin
for book in Book.objects.select_related("author", "publisher").order_by("pk"):
    print(book.author.name, book.publisher.name)
