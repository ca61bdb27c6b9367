# A few rows: no harm.
if Book.objects.filter(pk__lt=4):
    print(len(Book.objects.filter(pk__lt=4)))
