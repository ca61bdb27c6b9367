try:
    print(Book.objects.get(pk=-1).title)
except Book.DoesNotExist as error:
    print("gone:", error)
else:
    print("found")
finally:
    print(Book.objects.count())
try:
    Book.objects.get(pages__gt=0)
except Book.MultipleObjectsReturned:
    print("many")
