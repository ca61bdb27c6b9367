# Two levels were prefetched.
for author in Author.objects.prefetch_related("book_set__review_set"):
    for book in author.book_set.all():
        print(len(book.review_set.all()))
