# A loop over a queryset.
for book in Book.objects.order_by("pk"):  # the whole shelf
    print(book.title)
