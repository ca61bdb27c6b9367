first = Book.objects.get(pk=1)
print(first in Book.objects.all(), first in Book.objects.filter(pk=2))
print("tag 1" in Tag.objects.values_list("name", flat=True), 99 not in Tag.objects.values_list("pk", flat=True))
