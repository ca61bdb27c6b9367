author = Author.objects.get(pk=1)
print(author.book_set.count(), author.book_set.exists(), author.book_set.order_by("pk").first().title)
print([book.title for book in author.book_set.order_by("pk")])
for review in Book.objects.get(pk=1).review_set.order_by("pk"):
    print(review.stars, review.book.title)
print(author.publisher.author_set.count())
