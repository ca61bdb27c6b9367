# %% Counting
total = (
    Book.objects
    .filter(pages__gt=90)  # long ones
    .count()
)
print( total )   # kept as it is

# %% Names
for author in (Author.objects
               .order_by("pk")):

    print(author.name,
          author.publisher.name)
