# A one-to-one from its far side.
for author in Author.objects.order_by("pk"):
    print(author.passport.number)  # finds: n-plus-one-relation

# %% twin
for author in Author.objects.select_related("passport").order_by("pk"):
    print(author.passport.number)
