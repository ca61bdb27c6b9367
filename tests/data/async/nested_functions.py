def outer(limit):
    def rows():
        return list(Book.objects.order_by("pk")[:limit])
    return [book.title for book in rows()]

print(outer(2), outer(1))
