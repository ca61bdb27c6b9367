# Marked as meant.
for book in Book.objects.order_by("pk"):
    print(book.author.name)  # heddle: expected a lesson about loops
