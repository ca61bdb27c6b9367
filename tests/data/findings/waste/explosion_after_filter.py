# A second filter() on a to-many relation is a second join, and the count goes over both.
authors = Author.objects.filter(book__pages__gt=1).filter(book__year__gt=1)
print([a.n > 0 for a in authors.annotate(n=Count("book")).order_by("pk")])  # finds: join-explosion

# %% twin
authors = Author.objects.filter(book__pages__gt=1, book__year__gt=1)
print([a.n > 0 for a in authors.annotate(n=Count("book")).order_by("pk")])
