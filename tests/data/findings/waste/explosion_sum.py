# A sum beside a count.
answer = Author.objects.aggregate(books=Count("book"), stars=Sum("book__review__stars"))  # finds: join-explosion
print(answer["stars"])

# %% twin
answer = Author.objects.aggregate(stars=Sum("book__review__stars"))
print(answer["stars"])
