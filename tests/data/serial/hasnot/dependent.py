book = await Book.objects.aget(pk=1)
author = await Author.objects.aget(pk=book.author_id)
publisher = await Publisher.objects.aget(pk=author.publisher_id)
print(publisher.name)
