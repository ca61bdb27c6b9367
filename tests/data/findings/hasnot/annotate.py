# Counts by the database.
for author in Author.objects.annotate(n=Count("book")).order_by("pk"):
    print(author.name, author.n)
