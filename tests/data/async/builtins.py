print(sum(Book.objects.values_list("pages", flat=True)))
print(sorted(Tag.objects.values_list("name", flat=True))[0])
print(max(Book.objects.values_list("year", flat=True)), min(Book.objects.values_list("year", flat=True)))
print(any(Book.objects.filter(pk=1)), all(Book.objects.values_list("pages", flat=True)))
print(tuple(Tag.objects.order_by("pk").values_list("pk", flat=True)))
print(len(set(Book.objects.values_list("author_id", flat=True))))
print(dict(Tag.objects.order_by("pk").values_list("pk", "name")))
for i, tag in enumerate(Tag.objects.order_by("pk")):
    print(i, tag.name)
for author, tag in zip(Author.objects.order_by("pk"), Tag.objects.order_by("pk")):
    print(author.name, tag.name)
print(", ".join(Tag.objects.order_by("pk").values_list("name", flat=True)))
