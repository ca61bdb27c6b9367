# Distinct counts do not multiply.
rows = Book.objects.annotate(r=Count("review", distinct=True), t=Count("tag", distinct=True))
for row in rows.order_by("pk"):
    print(row.title, row.r, row.t)
