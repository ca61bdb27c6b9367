# The way is read, its end is not.
for book in Book.objects.select_related("author__publisher").order_by("pk"):  # finds: unused-eager-load
    print(book.title, book.author.name)

# %% twin
for book in Book.objects.select_related("author").order_by("pk"):
    print(book.title, book.author.name)
