# One update for many rows.
print(Book.objects.filter(pages__gt=0).update(pages=F("pages") + 1))
