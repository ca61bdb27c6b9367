# Rows that are only looked for.
if Book.objects.filter(pages__gt=1):  # finds: list-for-exists
    print("there are some")

# %% twin
if Book.objects.filter(pages__gt=1).exists():
    print("there are some")
