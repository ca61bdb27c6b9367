# One after another, awaited.
async for author in Author.objects.order_by("pk"):
    print(await author.book_set.acount())  # finds: n-plus-one-related-set

# %% twin
async for author in Author.objects.annotate(n=Count("book")).order_by("pk"):
    print(author.n)
