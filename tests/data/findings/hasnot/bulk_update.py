# Many rows changed in one statement.
tags = list(Tag.objects.order_by("pk"))
for tag in tags:
    tag.name = tag.name.upper()
Tag.objects.bulk_update(tags, ["name"])
print("saved")
