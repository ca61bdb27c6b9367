for book in Book.objects.order_by("pk"):
    book.title = book.title.upper()
    book.save()
print(list(Book.objects.order_by("pk").values_list("title", flat=True)))
for tag in Tag.objects.order_by("pk"):
    Tag.objects.create(name=tag.name + " copy")
print(Tag.objects.count())
