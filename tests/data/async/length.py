rows = Book.objects.filter(pages__gt=100)
print(len(rows))
for book in rows.order_by("pk"):
    print(book.title)
print(len(Tag.objects.all()), len(Book.objects.order_by("pk")[2:4]))
kept = Tag.objects.order_by("pk")
print(len(kept))
Tag.objects.create(name="late")
print(len(kept), kept.count())
for tag in kept:
    print(tag.name)
print(Tag.objects.count())
