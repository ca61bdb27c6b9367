try:
    a = await Book.objects.aget(pk=1)
    b = await Book.objects.aget(pk=-1)
except Book.DoesNotExist:
    print(a.title)
