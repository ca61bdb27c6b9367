# Rows made a list before the loop.
books = list(Book.objects.order_by("pk"))
for book in books:
    print(book.publisher.city)  # finds: n-plus-one-relation

# %% twin
books = list(Book.objects.select_related("publisher").order_by("pk"))
for book in books:
    print(book.publisher.city)
