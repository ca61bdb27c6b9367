# A delete and what it takes along.
for tag in Tag.objects.order_by("pk")[:2]:
    tag.booktag_set.all().delete()
    tag.delete()
print(Tag.objects.count())
