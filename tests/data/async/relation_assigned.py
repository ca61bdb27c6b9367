book = Book.objects.get(pk=1)
book.author = Author.objects.get(pk=4)
print(book.author.name, book.author_id)
book.save()
book.publisher_id = 3
print(book.publisher.name)
