# Counted to be compared.
if len(Review.objects.all()) > 3:  # finds: len-for-count
    print("many")

# %% twin
if Review.objects.count() > 3:
    print("many")
