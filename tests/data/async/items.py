rows = Book.objects.order_by("pk")
print(rows[0].title, rows[3].title)
i = 2
print(rows[i].title, rows[i + 1].pk)
try:
    print(rows[1000])
except IndexError as error:
    print(error)
print(Book.objects.order_by("-pk")[0].pk)
