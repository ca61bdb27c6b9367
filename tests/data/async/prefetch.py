for author in Author.objects.prefetch_related("book_set").order_by("pk"):
    print(author.name, len(author.book_set.all()), [b.title for b in author.book_set.all()])
for book in Book.objects.prefetch_related(Prefetch("review_set", queryset=Review.objects.order_by("pk"), to_attr="reviews")).order_by("pk")[:3]:
    print(book.title, [review.stars for review in book.reviews], len(book.reviews))
