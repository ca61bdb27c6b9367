# Savepoints are no queries.
with transaction.atomic():
    for i in range(6):
        with transaction.atomic():
            Tag.objects.create(name="s" + str(i))
    print(Tag.objects.count())
