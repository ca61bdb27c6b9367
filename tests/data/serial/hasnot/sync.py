a = Book.objects.count()
b = Tag.objects.count()
print(a, b)
