# save() writes all columns, and so reads them.
with transaction.atomic():
    Book.objects.update(summary="about " * 2000)
    for book in Book.objects.order_by("pk"):
        book.pages += 1
        book.save()
print("saved")
