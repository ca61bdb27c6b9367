a = await Book.objects.filter(pk=await Tag.objects.acount()).acount()
b = await Author.objects.filter(pk=await Tag.objects.acount()).acount()
print(a, b)
