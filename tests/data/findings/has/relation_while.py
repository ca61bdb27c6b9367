# A while loop over a list.
books = list(Book.objects.order_by("pk"))
i = 0
while i < len(books):
    print(books[i].author.name)  # finds: n-plus-one-relation
    i += 1

# %% twin
books = list(Book.objects.select_related("author").order_by("pk"))
i = 0
while i < len(books):
    print(books[i].author.name)
    i += 1
