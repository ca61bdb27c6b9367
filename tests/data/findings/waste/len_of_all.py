# Rows that are only counted.
print(len(Book.objects.all()))  # finds: len-for-count

# %% twin
print(Book.objects.count())
