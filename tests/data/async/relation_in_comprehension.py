print([book.author.name for book in Book.objects.order_by("pk")])
print({b.title: b.publisher.city for b in Book.objects.order_by("pk")[:3]})
print(sum(len(b.author.name) for b in Book.objects.all()))
