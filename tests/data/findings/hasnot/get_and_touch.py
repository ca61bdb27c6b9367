# One object and what it points to.
book = Book.objects.get(pk=1)
print(book.author.name, book.publisher.name, book.review_set.count(), book.tag_set.count())
