# Functions that walk along a relation which may have to be loaded again and again.
def line(book):
    return book.title + " by " + book.author.name

def lines(author, limit=2):
    found = []
    for book in author.book_set.order_by("pk")[:limit]:
        found.append(line(book))
    return found

for author in Author.objects.order_by("pk"):
    print(lines(author))
print(line(Book.objects.create(title="n", year=1, pages=1, summary="", author_id=2, publisher_id=1)))
held = [(book, book.author) for book in Book.objects.order_by("pk")[:2]]
for book, author in held:
    print(book.title, author.publisher.name)
first = held[0][1]
print(first.publisher.city, held[-1][0].publisher.name)
