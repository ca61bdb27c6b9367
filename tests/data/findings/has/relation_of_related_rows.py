# Rows of one object touch another relation.
publisher = Publisher.objects.order_by("pk").first()
for author in Author.objects.filter(pk__gt=0).order_by("pk"):
    print(publisher.name, author.publisher.city)  # finds: n-plus-one-relation

# %% twin
publisher = Publisher.objects.order_by("pk").first()
for author in Author.objects.select_related("publisher").filter(pk__gt=0).order_by("pk"):
    print(publisher.name, author.publisher.city)
