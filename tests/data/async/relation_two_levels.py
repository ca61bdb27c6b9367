books = Book.objects.filter(pages__gt=95).order_by("pk")
for book in books:
    print(book.title, book.author.name, book.author.publisher.city, book.publisher.name)
print(Book.objects.get(pk=1).author.publisher.name)
