few = await Book.objects.filter(pages__lt=100).acount()  # finds: serial-awaits
many = await Book.objects.filter(pages__gte=100).acount()
print(few, many)
