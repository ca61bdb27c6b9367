# Marked as meant, on the line above.
for book in Book.objects.order_by("pk"):
    # heddle: expected a lesson about loops
    print(book.author.name, book.publisher.name)
