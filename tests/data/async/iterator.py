for book in Book.objects.order_by("pk").iterator():
    print(book.title)
print([tag.name for tag in Tag.objects.order_by("pk").iterator(chunk_size=2)])
print(sum(Book.objects.values_list("pages", flat=True).iterator()))
