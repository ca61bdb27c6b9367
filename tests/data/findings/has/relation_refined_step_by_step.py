# The queryset was built in steps.
rows = Book.objects.all()
rows = rows.filter(pages__gt=0)
rows = rows.order_by("-pk")
for row in rows:
    print(row.publisher.name)  # finds: n-plus-one-relation

# %% twin
rows = Book.objects.select_related("publisher").all()
rows = rows.filter(pages__gt=0)
rows = rows.order_by("-pk")
for row in rows:
    print(row.publisher.name)
