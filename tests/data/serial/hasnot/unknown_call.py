makers = [Book.objects.acount, Tag.objects.acount]
a = await makers[0]()
b = await makers[1]()
print(a, b)
