# Neither level is read: one finding, at the outermost.
for author in Author.objects.prefetch_related("book_set__review_set").order_by("pk"):  # finds: unused-eager-load
    print(author.name)

# %% twin
for author in Author.objects.order_by("pk"):
    print(author.name)
