async with transaction.atomic():
    a = await Book.objects.acount()
    b = await Tag.objects.acount()
print(a, b)
