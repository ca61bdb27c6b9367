before = await Tag.objects.acount()
tag = await Tag.objects.acreate(name="new")
after = await Tag.objects.acount()
print(before, after, tag.name)
