# Read of some rows.
Book.objects.update(summary="about " * 2000)
for book in Book.objects.order_by("pk"):
    print(book.title, len(book.summary) if book.pk == 3 else "")
