# Sets within sets are one mistake.
for author in Author.objects.order_by("pk"):
    for book in author.book_set.all():  # finds: n-plus-one-related-set
        for review in book.review_set.all():
            print(review.stars)

# %% twin
for author in Author.objects.prefetch_related("book_set__review_set").order_by("pk"):
    for book in author.book_set.all():
        for review in book.review_set.all():
            print(review.stars)
