# Different questions at once.
print(await asyncio.gather(Book.objects.acount(), Author.objects.acount(), Tag.objects.acount()))
