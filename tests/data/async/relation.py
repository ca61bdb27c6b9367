for book in Book.objects.order_by("pk"):
    print(book.title, book.author.name)
