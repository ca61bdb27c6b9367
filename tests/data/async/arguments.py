def show(book, *more, prefix="", **rest):
    print(prefix, book.author.name, [m.title for m in more], sorted(rest))

books = list(Book.objects.order_by("pk")[:3])
show(books[0], books[1], books[2], prefix=">", x=1)
show(Book.objects.get(pk=4))
