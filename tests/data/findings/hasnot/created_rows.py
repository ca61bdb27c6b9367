# Rows that were made here know what they point to.
author = Author.objects.get(pk=1)
publisher = Publisher.objects.get(pk=1)
for i in range(6):
    book = Book.objects.create(title="new", year=2000, pages=1, summary="", author=author, publisher=publisher)
    print(book.author.name, book.publisher.name)
