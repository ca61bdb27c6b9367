for book in Book.objects.only("title").order_by("pk"):
    print(book.title, book.pages)
for book in Book.objects.only("title", "year").order_by("pk")[:2]:
    print(book.title, book.author.name)
for book in Book.objects.select_related("author").only("title", "author__name").order_by("pk")[:2]:
    print(book.author.name, book.author.born)
