# Two joins, one of which is read.
for book in Book.objects.select_related("author", "publisher").order_by("pk"):  # finds: unused-eager-load
    print(book.title, book.author.name)

# %% twin
for book in Book.objects.select_related("author").order_by("pk"):
    print(book.title, book.author.name)
