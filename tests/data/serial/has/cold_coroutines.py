# Made first and awaited later, they still run one after another.
books = Book.objects.acount()
tags = Tag.objects.acount()
n = await books  # finds: serial-awaits
m = await tags
print(n, m)
