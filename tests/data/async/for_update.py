with transaction.atomic():
    for book in Book.objects.select_for_update().order_by("pk")[:2]:
        print(book.title, book.author.name)
