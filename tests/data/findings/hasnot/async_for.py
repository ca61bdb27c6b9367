# Rows awaited, with what belongs to them.
async for book in Book.objects.select_related("author").order_by("pk"):
    print(book.author.name)
