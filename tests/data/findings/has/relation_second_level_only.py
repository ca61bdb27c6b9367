# The first level was fetched, the second was not.
for book in Book.objects.select_related("author").order_by("pk"):
    print(book.author.publisher.name)  # finds: n-plus-one-relation

# %% twin
for book in Book.objects.select_related("author", "author__publisher").order_by("pk"):
    print(book.author.publisher.name)
