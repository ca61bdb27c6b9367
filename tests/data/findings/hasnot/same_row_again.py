# One row, asked again and again, loads once.
book = Book.objects.get(pk=1)
for i in range(20):
    print(book.author.name)
