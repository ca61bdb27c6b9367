# Objects by key in one query.
books = Book.objects.in_bulk([1, 2, 3, 4, 5, 6])
print([books[key].title for key in sorted(books)])
