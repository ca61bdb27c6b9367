# A count for each row.
for author in Author.objects.order_by("pk"):
    print(author.name, author.book_set.count())  # finds: n-plus-one-related-set

# %% twin
for author in Author.objects.annotate(n=Count("book")).order_by("pk"):
    print(author.name, author.n)
