for pk in range(1, 7):
    author = await Author.objects.aget(pk=pk)  # finds: serial-awaits
    books = await Book.objects.filter(author=pk).acount()
    print(author.name, books)
