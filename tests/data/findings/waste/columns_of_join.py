# Long texts of a joined row.
Book.objects.update(summary="about " * 2000)
for review in Review.objects.select_related("book").order_by("pk"):  # finds: unused-columns
    print(review.stars, review.book.title)

# %% twin
Book.objects.update(summary="about " * 2000)
for review in Review.objects.select_related("book").defer("book__summary").order_by("pk"):
    print(review.stars, review.book.title)
