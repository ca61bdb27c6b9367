# Sets of rows that were made here.
author = Author.objects.get(pk=1)
publisher = Publisher.objects.get(pk=1)
for i in range(5):
    book = author.book_set.create(title="x", year=1, pages=1, summary="", publisher=publisher)
    print(book.author.name)
