book = await Book.objects.aget(pk=1)
author = await Author.objects.aget(pk=book.author_id)  # finds: serial-awaits
others = await Book.objects.filter(author=book.author_id).acount()
print(author.name, others)
