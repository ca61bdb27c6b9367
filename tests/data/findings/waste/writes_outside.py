# Each save is a transaction of its own.
for book in Book.objects.order_by("pk"):
    book.pages += 1
    book.save()  # finds: write-outside-transaction
print("done")

# %% twin
with transaction.atomic():
    for book in Book.objects.order_by("pk"):
        book.pages += 1
        book.save()
print("done")
