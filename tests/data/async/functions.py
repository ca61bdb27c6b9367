def titles(author):
    return [book.title for book in author.book_set.order_by("pk")]

def report(authors):
    for author in authors:
        print(author.name, titles(author))

def double(n):
    return 2 * n

report(Author.objects.order_by("pk")[:2])
print(double(Book.objects.count()), titles(Author.objects.get(pk=3))[0])
