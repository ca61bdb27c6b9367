first, second = Book.objects.order_by("pk")[:2]
print(first.title, second.title)
head, *rest = Tag.objects.order_by("pk")
print(head.name, len(rest))
print(*Tag.objects.order_by("pk").values_list("pk", flat=True))
print([*Tag.objects.order_by("pk").values_list("pk", flat=True)[:2], 7])
