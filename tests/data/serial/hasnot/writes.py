a = await Tag.objects.filter(pk=1).aupdate(name="x")
b = await Tag.objects.filter(pk=2).aupdate(name="y")
print(a, b)
