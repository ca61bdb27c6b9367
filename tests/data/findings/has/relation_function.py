# The touch is in a function.
def label(book):
    return book.title + " by " + book.author.name  # finds: n-plus-one-relation

for book in Book.objects.order_by("pk"):
    print(label(book))

# %% twin
def label(book):
    return book.title + " by " + book.author.name

for book in Book.objects.select_related("author").order_by("pk"):
    print(label(book))
