rows = Book.objects.order_by("pk")
for book in rows:
    pass
first = rows[0]
first.title = "changed"
print(rows[0].title, rows[0] is first, len(rows[1:3]))
for book in rows[:2]:
    print(book.title)
