# One way to the end: each row once.
for author in Author.objects.annotate(n=Count("book__review")).order_by("pk"):
    print(author.name, author.n)
