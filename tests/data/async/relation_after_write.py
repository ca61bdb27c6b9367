for book in Book.objects.order_by("pk"):
    book.author.name = book.author.name + "!"
    book.author.save()
for author in Author.objects.order_by("pk"):
    print(author.name)
