for book in Book.objects.order_by("pk"):
    if book.pages > 120 and book.author.born > 1903:
        print("young", book.author.name)
    elif book.review_set.filter(stars__gt=3).exists():
        print("good", book.title)
    else:
        print(book.publisher.name if book.pages > 100 else "short")
