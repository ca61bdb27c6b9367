# Read by a function that is given the row.
def line(book):
    return f"{book.title} by {book.author.name}"

for book in Book.objects.select_related("author").order_by("pk"):
    print(line(book))
