async def named(name):
    return await Tag.objects.acreate(name=name)

a = await named("a")
b = await named("b")
print(a.pk < b.pk)
