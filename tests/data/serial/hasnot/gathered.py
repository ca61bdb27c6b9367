import asyncio
books, tags = await asyncio.gather(Book.objects.acount(), Tag.objects.acount())
print(books, tags)
