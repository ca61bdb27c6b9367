# aget() of many keys at once.
keys = [key async for key in Author.objects.order_by("pk").values_list("pk", flat=True)]
authors = await asyncio.gather(*[Author.objects.aget(pk=key) for key in keys])  # finds: n-plus-one-by-hand
print([author.name for author in authors])

# %% twin
keys = [key async for key in Author.objects.order_by("pk").values_list("pk", flat=True)]
authors = await Author.objects.ain_bulk(keys)
print([authors[key].name for key in keys])
