# Rows that nobody asks for.
for author in Author.objects.prefetch_related("book_set").order_by("pk"):  # finds: unused-eager-load
    print(author.name)

# %% twin
for author in Author.objects.order_by("pk"):
    print(author.name)
