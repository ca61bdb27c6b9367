both = Book.objects.filter(pk=1) | Book.objects.filter(pk=2)
print([book.title for book in both.order_by("pk")], both.count())
united = Tag.objects.filter(pk=1).union(Tag.objects.filter(pk=2))
print(sorted(tag.name for tag in united))
