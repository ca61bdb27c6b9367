# The join is made in one place and not read in another.
def shelf():
    return Book.objects.select_related("publisher").order_by("pk")

for book in shelf():  # finds: unused-eager-load
    print(book.title)

# %% twin
def shelf():
    return Book.objects.order_by("pk")

for book in shelf():
    print(book.title)
