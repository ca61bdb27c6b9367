a = await Book.objects.acount()
n = a + 1
print(n)
