for book in Book.objects.filter(pages__gt=100000):
    print(book.title)
else:
    print("no such book")
for book in Book.objects.order_by("pk"):
    if book.pages > 95:
        print("first:", book.title)
        break
