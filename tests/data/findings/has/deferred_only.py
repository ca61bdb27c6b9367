# A field that only() leaves out.
for book in Book.objects.only("title").order_by("pk"):
    print(book.title, book.pages)  # finds: n-plus-one-deferred

# %% twin
for book in Book.objects.only("title", "pages").order_by("pk"):
    print(book.title, book.pages)
