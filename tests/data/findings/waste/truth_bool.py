# bool() is a look at all rows.
some = bool(Book.objects.all())  # finds: list-for-exists
print(some)

# %% twin
some = Book.objects.exists()
print(some)
