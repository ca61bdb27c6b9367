# A Prefetch with a queryset.
rows = Author.objects.prefetch_related(Prefetch("book_set", queryset=Book.objects.filter(pages__gt=1), to_attr="long"))
for author in rows:
    print(len(author.long))
