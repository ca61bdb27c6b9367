by_author = {}
for book in Book.objects.order_by("pk"):
    by_author.setdefault(book.author_id, []).append(book)
for key in sorted(by_author):
    print(key, [book.publisher.name for book in by_author[key]])
chosen = []
for author in Author.objects.order_by("pk"):
    if author.born % 2:
        chosen.append(author)
print([author.publisher.city for author in chosen])
pairs = [(a, a.book_set.count()) for a in Author.objects.order_by("pk")]
for author, n in pairs:
    print(author.name, n)
