# Deferred fields that nobody touches.
for book in Book.objects.only("title").order_by("pk"):
    print(book.title)
