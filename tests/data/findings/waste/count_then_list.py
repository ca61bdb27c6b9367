# Counted by the database, and fetched all the same.
books = Book.objects.filter(pages__gt=1).order_by("pk")
print(books.count())  # finds: count-then-list
for book in books:
    print(book.title)

# %% twin
books = Book.objects.filter(pages__gt=1).order_by("pk")
print(len(books))
for book in books:
    print(book.title)
