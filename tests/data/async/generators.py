print(sum(book.pages for book in Book.objects.all()))
print(max(a.book_set.count() for a in Author.objects.all()))
print(any(book.pages > 140 for book in Book.objects.all()))
print(", ".join(tag.name for tag in Tag.objects.order_by("pk")))
print(list(book.pk for book in Book.objects.order_by("pk")[:3]))
titles = (book.title for book in Book.objects.order_by("pk")[:2])
for title in titles:
    print(title)
