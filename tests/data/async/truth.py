if Book.objects.filter(pk=1):
    print("there")
if not Book.objects.filter(pk=-1):
    print("not there")
rows = Tag.objects.order_by("pk")
if rows:
    Tag.objects.create(name="unseen")
    print([tag.name for tag in rows])
print(bool(Book.objects.none()), bool(rows), "yes" if Book.objects.filter(pk=3) else "no")
print(Book.objects.filter(pk=1) and 1, 0 or bool(Book.objects.filter(pk=-1)))
found = Book.objects.filter(pk=-1) or Book.objects.filter(pk__lte=2).order_by("pk")
print([book.pk for book in found])
assert Book.objects.filter(pk=1), "empty"
while Tag.objects.filter(name="unseen"):
    print(Tag.objects.filter(name="unseen").delete()[0])
