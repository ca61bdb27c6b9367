# In async code.
books = [book async for book in Book.objects.select_related("author").order_by("pk")]  # finds: unused-eager-load
for book in books:
    print(book.title)

# %% twin
books = [book async for book in Book.objects.order_by("pk")]
for book in books:
    print(book.title)
