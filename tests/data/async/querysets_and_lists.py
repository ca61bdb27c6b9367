# A function that is called with both, and one that gives both.
def titles(rows):
    return [row.title for row in rows]

def chosen(kind):
    if kind == 1:
        return Book.objects.filter(pk=1)
    if kind == 2:
        return list(Book.objects.filter(pk=2))
    return None

def some(flag):
    found = Tag.objects.filter(pk=3)
    if flag:
        found = []
    return [tag.name for tag in found]

print(titles(Book.objects.order_by("pk")[:2]), titles([Book.objects.get(pk=3)]))
print([book.author.name for book in chosen(1)], titles(chosen(2)), chosen(3))
print(some(True), some(False))
