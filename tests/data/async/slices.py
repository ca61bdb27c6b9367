rows = Book.objects.order_by("pk")
for book in rows[1:4]:
    print(book.pk)
print([book.pk for book in rows[::3]], [book.pk for book in rows[1:8:2]])
page = rows[2:6]
print(page.count(), len(page), [book.pk for book in page])
for start in range(0, 6, 2):
    print([book.pk for book in rows[start:start + 2]])
