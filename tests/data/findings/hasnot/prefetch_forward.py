# A foreign key was prefetched.
for book in Book.objects.prefetch_related("author"):
    print(book.author.name)
