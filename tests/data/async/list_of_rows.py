books = list(Book.objects.order_by("pk")[:3])
print(len(books), books[0].title, books[-1].title)
for book in books:
    print(book.title)
print(list(Book.objects.order_by("pk").values_list("title", flat=True)[:2]))
print(list(Book.objects.order_by("pk").values("pk", "title")[:2]))
