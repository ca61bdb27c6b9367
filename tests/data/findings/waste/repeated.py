# The same question in a loop.
for number in range(4):
    print(number, Book.objects.filter(year__gt=1).count())  # finds: repeated-query

# %% twin
count = Book.objects.filter(year__gt=1).count()
for number in range(4):
    print(number, count)
