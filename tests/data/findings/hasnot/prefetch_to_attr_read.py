# Under a name of its own, and read.
named = Prefetch("book_set", queryset=Book.objects.order_by("pk"), to_attr="all_books")
for author in Author.objects.prefetch_related(named).order_by("pk"):
    print(author.name, [book.title for book in author.all_books])
