oldest_author_of_all = await Author.objects.order_by("born").afirst()  # finds: serial-awaits
longest_book_of_all = await Book.objects.order_by("-pages").afirst()
print(oldest_author_of_all.name, longest_book_of_all.title)
