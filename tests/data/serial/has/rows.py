first = await Book.objects.order_by("pk").afirst()  # finds: serial-awaits
last = await Book.objects.order_by("pk").alast()
author = await Author.objects.aget(pk=2)
mean = await Review.objects.aaggregate(mean=Avg("stars"))
print(first.title, last.title, author.name, mean["mean"])
