# Several prefetches are several queries, and no loop.
for book in Book.objects.prefetch_related("review_set", "tag_set", "author", "publisher"):
    print(len(book.review_set.all()), len(book.tag_set.all()), book.author.name, book.publisher.name)
