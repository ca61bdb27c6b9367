def long_books(pages):
    return Book.objects.filter(pages__gt=pages).order_by("pk")

for book in long_books(100):
    print(book.title, book.author.name)
print(long_books(0).count(), len(long_books(130)))
