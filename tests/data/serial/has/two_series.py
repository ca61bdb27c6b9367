a = await Book.objects.acount()  # finds: serial-awaits
b = await Tag.objects.acount()
print(a, b)
c = await Author.objects.acount()  # finds: serial-awaits
d = await Review.objects.acount()
print(c, d)
