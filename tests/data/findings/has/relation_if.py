# The touch is a condition.
for book in Book.objects.order_by("pk"):
    if book.author.born > 0:  # finds: n-plus-one-relation
        print(book.title)

# %% twin
for book in Book.objects.select_related("author").order_by("pk"):
    if book.author.born > 0:
        print(book.title)
