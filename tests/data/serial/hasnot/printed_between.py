a = await Book.objects.acount()
print(a)
b = await Tag.objects.acount()
print(b)
