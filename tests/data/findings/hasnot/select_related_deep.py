# Two levels came with the rows.
for book in Book.objects.select_related("author__publisher").order_by("pk"):
    print(book.author.publisher.name)
