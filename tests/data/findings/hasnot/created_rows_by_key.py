# Rows that were made here load by themselves.
for i in range(6):
    book = Book.objects.create(title="new", year=2000, pages=1, summary="", author_id=1, publisher_id=1)
    print(book.author.name, book.review_set.count())
