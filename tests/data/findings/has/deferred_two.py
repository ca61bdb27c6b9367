# One of two deferred fields.
for book in Book.objects.defer("summary", "pages").order_by("pk"):
    print(book.title, book.pages)  # finds: n-plus-one-deferred

# %% twin
for book in Book.objects.defer("summary").order_by("pk"):
    print(book.title, book.pages)
