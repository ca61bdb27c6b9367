# get() with the key of a row.
for book in Book.objects.order_by("pk"):
    print(Publisher.objects.get(pk=book.publisher_id).name)  # finds: n-plus-one-by-hand

# %% twin
for book in Book.objects.select_related("publisher").order_by("pk"):
    print(book.publisher.name)
