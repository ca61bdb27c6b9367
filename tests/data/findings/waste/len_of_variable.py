# Counted through a name.
books = Book.objects.filter(pages__gt=1)
print("books:", len(books))  # finds: len-for-count

# %% twin
books = Book.objects.filter(pages__gt=1)
print("books:", books.count())
