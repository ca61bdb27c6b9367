# In a generator for sum().
print(sum(book.author.born for book in Book.objects.order_by("pk")))  # finds: n-plus-one-relation

# %% twin
print(sum(book.author.born for book in Book.objects.select_related("author").order_by("pk")))
