# Joined values.
for row in Book.objects.order_by("pk").values("title", "author__name"):
    print(row["title"], row["author__name"])
