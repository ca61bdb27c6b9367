# get() by key in a loop.
for key in Book.objects.order_by("pk").values_list("author_id", flat=True):
    print(Author.objects.get(pk=key).name)  # finds: n-plus-one-by-hand

# %% twin
authors = Author.objects.in_bulk()
for key in Book.objects.order_by("pk").values_list("author_id", flat=True):
    print(authors[key].name)
