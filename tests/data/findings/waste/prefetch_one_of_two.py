# One of two is read.
authors = Author.objects.prefetch_related("book_set", "publisher").order_by("pk")
for author in authors:  # finds: unused-eager-load
    print(author.name, author.publisher.name)

# %% twin
authors = Author.objects.prefetch_related("publisher").order_by("pk")
for author in authors:
    print(author.name, author.publisher.name)
