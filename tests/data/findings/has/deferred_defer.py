# A field that defer() leaves out.
for book in Book.objects.defer("summary").order_by("pk"):
    print(book.title, len(book.summary))  # finds: n-plus-one-deferred

# %% twin
for book in Book.objects.order_by("pk"):
    print(book.title, len(book.summary))
