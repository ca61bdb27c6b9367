# A join that nobody reads.
for book in Book.objects.select_related("author").order_by("pk"):  # finds: unused-eager-load
    print(book.title)

# %% twin
for book in Book.objects.order_by("pk"):
    print(book.title)
