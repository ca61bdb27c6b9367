n = 0
while Tag.objects.filter(pk__gt=n).exists():
    tag = Tag.objects.filter(pk__gt=n).order_by("pk").first()
    n = tag.pk
    print(tag.name)
