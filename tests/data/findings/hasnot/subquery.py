# One question inside another.
for author in Author.objects.filter(pk__in=Book.objects.values("author")).order_by("pk"):
    print(author.name)
