# Four objects by key are no table.
for key in (1, 2, 3, 4):
    print(Book.objects.get(pk=key).title)
