# A rollback that was meant.
try:
    with transaction.atomic():
        Tag.objects.create(name="x")
        raise ValueError("no")
except ValueError:
    print(Tag.objects.count())
