# All rows of a reverse foreign key.
for author in Author.objects.order_by("pk"):
    for book in author.book_set.all():  # finds: n-plus-one-related-set
        print(author.name, book.title)

# %% twin
for author in Author.objects.prefetch_related("book_set").order_by("pk"):
    for book in author.book_set.all():
        print(author.name, book.title)
