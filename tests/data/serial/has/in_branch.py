if await Book.objects.aexists():
    a = await Book.objects.acount()  # finds: serial-awaits
    b = await Tag.objects.acount()
    print(a, b)
