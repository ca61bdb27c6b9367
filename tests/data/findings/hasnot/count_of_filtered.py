# The count goes over the join of the filter.
authors = Author.objects.filter(book__pages__gt=1).annotate(n=Count("book")).order_by("pk")
for author in authors:
    print(author.name, author.n)
