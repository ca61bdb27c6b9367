# One place evaluates twice; one of them reads.
def titles(deep):
    rows = Book.objects.select_related("author").order_by("pk")
    return [book.title + (book.author.name if deep else "") for book in rows]

print(titles(False))
print(titles(True))
