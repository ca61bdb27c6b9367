@transaction.atomic
def rename(pk, name):
    tag = Tag.objects.get(pk=pk)

    tag.name = name
    tag.save()
    if name == "":
        raise ValueError("no name")

rename(1, "first")
try:
    rename(2, "")
except ValueError as error:
    print(error)
print(list(Tag.objects.order_by("pk").values_list("name", flat=True)[:2]))
