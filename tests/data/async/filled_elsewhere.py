# Lists that functions fill, querysets that containers hold, key functions.
rows = []
def collect(n):
    for book in Book.objects.order_by("pk")[:n]:
        rows.append(book)

def by_author(book):
    return (book.author.name, book.pk)

collect(2)
collect(1)
for book in rows:
    print(book.publisher.name)
rows.sort(key=by_author)
print([book.pk for book in rows], min(Book.objects.all(), key=by_author).pk)
held = [Tag.objects.filter(pk=i) for i in (1, 2)]
print([len(x) for x in held], [x[0].name for x in held], sum(x.count() for x in held))
print("%s of %s" % (Tag.objects.filter(pk=1), Tag.objects.count()), "{}".format(Tag.objects.filter(pk=2)))
