# Long texts that nobody reads.
Book.objects.update(summary="about " * 2000)
for book in Book.objects.order_by("pk"):  # finds: unused-columns
    print(book.title, book.year, book.pages)

# %% twin
Book.objects.update(summary="about " * 2000)
for book in Book.objects.defer("summary").order_by("pk"):
    print(book.title, book.year, book.pages)
