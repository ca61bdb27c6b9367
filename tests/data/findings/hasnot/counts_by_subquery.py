# A subquery for each.
reviews = Review.objects.filter(book=OuterRef("pk")).values("book").annotate(n=Count("pk"))
rows = Book.objects.annotate(tags=Count("tag"), reviews=Subquery(reviews.values("n")))
for row in rows.order_by("pk"):
    print(row.title, row.tags, row.reviews)
