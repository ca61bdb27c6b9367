# In a list comprehension.
names = [book.author.name for book in Book.objects.order_by("pk")]  # finds: n-plus-one-relation
print(names)

# %% twin
names = [book.author.name for book in Book.objects.select_related("author").order_by("pk")]
print(names)
