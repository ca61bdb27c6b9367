book = Book.objects.get(pk=1)
print(f"{book.title}: {book.tag_set.count()} tags, {Book.objects.count():>5} books")
print(f'{Book.objects.get(pk=2).author.name!r} {[t.name for t in Tag.objects.order_by("pk")]}')
