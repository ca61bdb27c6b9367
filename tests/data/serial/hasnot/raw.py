a = [book async for book in Book.objects.raw("SELECT id, title FROM book ORDER BY id")]
b = [tag async for tag in Tag.objects.raw("SELECT id, name FROM tag ORDER BY id")]
print(len(a), len(b))
