for author in Author.objects.prefetch_related("book_set").order_by("pk"):
    for book in author.book_set.all():
        print(author.name, book.title, book.publisher.name, book.author.name)
