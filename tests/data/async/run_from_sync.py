import asyncio
from asgiref.sync import async_to_sync

async def total():
    return await Book.objects.acount()

print(asyncio.run(total()), async_to_sync(total)())
print(Tag.objects.count())
