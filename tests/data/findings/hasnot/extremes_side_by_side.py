# The largest of repeated rows is the largest.
rows = Book.objects.annotate(most=Max("review__stars"), tag_id=Max("tag__pk"))
for row in rows.order_by("pk"):
    print(row.title, row.most, row.tag_id)
