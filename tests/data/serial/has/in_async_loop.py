async for author in Author.objects.order_by("pk"):
    books = await author.book_set.acount()  # finds: serial-awaits n-plus-one-related-set
    city = await Publisher.objects.filter(pk=author.publisher_id).afirst()
    print(author.name, books, city.city)
