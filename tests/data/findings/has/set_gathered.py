# All at once: the waiting is hidden, the load is not.
authors = [author async for author in Author.objects.order_by("pk")]
print(await asyncio.gather(*[author.book_set.acount() for author in authors]))  # finds: n-plus-one-related-set

# %% twin
authors = [author async for author in Author.objects.annotate(n=Count("book")).order_by("pk")]
print([author.n for author in authors])
