# The key stands in the row itself.
print([book.author_id for book in Book.objects.select_related("author").order_by("pk")])  # finds: unused-eager-load

# %% twin
print([book.author_id for book in Book.objects.order_by("pk")])
