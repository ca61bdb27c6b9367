# Rows saved one by one, in one transaction.
with transaction.atomic():
    for tag in Tag.objects.order_by("pk"):
        tag.name = tag.name + "!"
        tag.save()
print("saved")
