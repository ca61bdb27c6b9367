# Two answers that need nothing of each other.
books = await Book.objects.acount()  # finds: serial-awaits
authors = await Author.objects.acount()
print(books, authors)

# %% twin
books, authors = await asyncio.gather(Book.objects.acount(), Author.objects.acount())
print(books, authors)
