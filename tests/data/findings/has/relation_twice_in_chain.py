# Two levels on two lines, reported at the outer one.
for review in Review.objects.order_by("pk"):
    book = review.book  # finds: n-plus-one-relation
    print(book.title, book.author.name)

# %% twin
for review in Review.objects.select_related("book__author").order_by("pk"):
    book = review.book
    print(book.title, book.author.name)
