# Three objects that the text names.
for key in (1, 2, 3):
    print(Book.objects.get(pk=key).author.name)
