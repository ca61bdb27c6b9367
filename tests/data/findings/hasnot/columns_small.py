# A short text that is not read is not worth a word.
for book in Book.objects.order_by("pk"):
    print(book.title)
