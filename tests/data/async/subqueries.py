names = Author.objects.filter(born__gt=1903)
for book in Book.objects.filter(author__in=names).order_by("pk"):
    print(book.title)
print(Book.objects.filter(Exists(Review.objects.filter(book=OuterRef("pk"), stars__gt=3))).count())
print(Tag.objects.filter(pk__in=list(Tag.objects.values_list("pk", flat=True)[:2])).count())
