# Two questions about different tables.
books = await Book.objects.acount()  # finds: serial-awaits
tags = await Tag.objects.acount()
print(books, tags)
