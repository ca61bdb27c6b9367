# A key function that touches a relation.
def key(book):
    return (book.author.name, book.pk)  # finds: n-plus-one-relation

for book in sorted(Book.objects.all(), key=key):
    print(book.title)

# %% twin
def key(book):
    return (book.author.name, book.pk)

for book in sorted(Book.objects.select_related("author").all(), key=key):
    print(book.title)
