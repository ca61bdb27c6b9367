for row in Book.objects.order_by("pk").values("title", "author__name")[:2]:
    print(row["title"], row["author__name"])
for title, name in Book.objects.order_by("pk").values_list("title", "author__name")[:2]:
    print(title, name)
for row in Author.objects.values("publisher").annotate(n=Count("pk")).order_by("publisher"):
    print(row)
