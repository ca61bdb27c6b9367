# The first object and what it points to.
book = Book.objects.order_by("pk").first()
print(book.author.publisher.name)
