# A transaction around nothing but another one.
with transaction.atomic():
    with transaction.atomic():  # finds: nested-without-need
        Book.objects.filter(pk=1).update(pages=7)
print(Book.objects.get(pk=1).pages)

# %% twin
with transaction.atomic():
    Book.objects.filter(pk=1).update(pages=7)
print(Book.objects.get(pk=1).pages)
