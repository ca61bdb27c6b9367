# The rows of one object.
author = Author.objects.get(pk=1)
for book in author.book_set.order_by("pk"):
    print(book.title)
