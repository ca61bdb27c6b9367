async def figures():
    books = await Book.objects.acount()  # finds: serial-awaits
    tags = await Tag.objects.acount()
    return books, tags

print(await figures())
