n = await Book.objects.acount()
n = await Tag.objects.acount()
print(n)
