# Read in a condition only.
print(sum(1 for book in Book.objects.select_related("author") if book.author.born > 1))
