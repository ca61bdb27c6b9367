# The other way round.
print("none" if not Review.objects.all() else "some")  # finds: list-for-exists

# %% twin
print("none" if not Review.objects.exists() else "some")
