# Two rows are cheaper to load than to think about.
for book in Book.objects.order_by("pk")[:2]:
    print(book.author.name, book.review_set.count())
