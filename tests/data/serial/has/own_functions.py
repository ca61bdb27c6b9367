async def load_book(pk):
    return await Book.objects.aget(pk=pk)

async def load_tags(limit):
    return [tag.name async for tag in Tag.objects.order_by("pk")[:limit]]

book = await load_book(1)  # finds: serial-awaits
tags = await load_tags(2)
print(book.title, tags)
