n = Review.objects.count()
Review.objects.filter(pk=1).delete()
m = Review.objects.count()
print(n, m)
a = Tag.objects.count()
print("between")
b = Book.objects.count()
c = Book.objects.get(pk=2)
d = Author.objects.get(pk=c.author_id)
try:
    e = Book.objects.get(pk=3)
    f = Book.objects.get(pk=-1)
except Book.DoesNotExist:
    print(e.title, d.name)
with transaction.atomic():
    g = Tag.objects.count()
    h = Author.objects.count()
print(a, b, g, h)
