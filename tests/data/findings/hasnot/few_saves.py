# A few rows saved.
for tag in Tag.objects.order_by("pk")[:4]:
    tag.name = tag.name + "!"
    tag.save()
print("saved")
