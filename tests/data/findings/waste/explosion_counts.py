# Two counts in one query multiply each other: what they say is wrong.
rows = Book.objects.annotate(reviews=Count("review"), tags=Count("tag"))
print(sum(1 for row in rows.order_by("pk") if row.pk > 0))  # finds: join-explosion

# %% twin
rows = Book.objects.annotate(reviews=Count("review", distinct=True), tags=Count("tag", distinct=True))
print(sum(1 for row in rows.order_by("pk") if row.pk > 0))
