rows = Book.objects.filter(pk=-1)
others = Book.objects.filter(pk__lte=2).order_by("pk")
chosen = rows or others
print([book.pk for book in chosen], chosen.count())
again = others or rows
print(again.filter(pk=1).count(), [book.author.name for book in again])
both = rows and others
print(len(both))
first = Book.objects.filter(pk=1) or Book.objects.filter(pk=2)
print([book.pk for book in first])
def shown(rows=None):
    rows = rows or Tag.objects.order_by("pk")
    return [row.pk for row in rows]
print(shown(), shown(Tag.objects.filter(pk=2)))
picked = others if rows else Book.objects.filter(pk=3)
print([book.title for book in picked])
def most(rows=None):
    if rows:
        return len(rows)
    return 0
print(most(), most(Tag.objects.filter(pk=2)), most(Tag.objects.none()))
