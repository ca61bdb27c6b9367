# The queryset stands in a variable.
books = Book.objects.filter(pages__gt=0).order_by("pk")
for book in books:
    print(book.author.name)  # finds: n-plus-one-relation

# %% twin
books = Book.objects.select_related("author").filter(pages__gt=0).order_by("pk")
for book in books:
    print(book.author.name)
