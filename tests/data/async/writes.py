book = Book.objects.get(pk=1)
book.title = "written"
book.save()
print(Book.objects.get(pk=1).title)
book.pages = F("pages") + 1
book.save(update_fields=["pages"])
book.refresh_from_db()
print(book.pages)
print(Book.objects.filter(pk__lte=3).update(year=2000))
print(Review.objects.filter(book=book).delete()[0])
tags = Tag.objects.bulk_create([Tag(name="a"), Tag(name="b")])
print(len(tags), Tag.objects.count())
for tag in tags:
    tag.name = tag.name * 2
print(Tag.objects.bulk_update(Tag.objects.filter(name="a"), ["name"]))
tag, created = Tag.objects.update_or_create(name="b", defaults={"name": "c"})
print(tag.name, created)
tag.delete()
print(Tag.objects.filter(name="c").exists())
new = Tag(name="unsaved")
new.save()
print(new.name, Tag.objects.filter(pk=new.pk).count())
