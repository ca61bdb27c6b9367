# A count in a comprehension.
print([author.book_set.count() for author in Author.objects.order_by("pk")])  # finds: n-plus-one-related-set

# %% twin
print([author.n for author in Author.objects.annotate(n=Count("book")).order_by("pk")])
