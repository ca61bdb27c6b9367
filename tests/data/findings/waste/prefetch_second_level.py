# The books are read, their reviews are not.
for author in Author.objects.prefetch_related("book_set__review_set").order_by("pk"):  # finds: unused-eager-load
    print(author.name, [book.title for book in author.book_set.all()])

# %% twin
for author in Author.objects.prefetch_related("book_set").order_by("pk"):
    print(author.name, [book.title for book in author.book_set.all()])
