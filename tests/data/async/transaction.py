with transaction.atomic():
    Tag.objects.create(name="kept")
    print(Tag.objects.count())
try:
    with transaction.atomic():
        Tag.objects.create(name="lost")
        with transaction.atomic():
            print([tag.name for tag in Tag.objects.order_by("-pk")[:2]])
        raise ValueError("undo")
except ValueError as error:
    print(error)
print(Tag.objects.filter(name="lost").exists())
