async def count(model, name):
    print("counting", name)
    return await model.objects.acount()

a = await count(Book, "books")
b = await count(Tag, "tags")
print(a, b)
