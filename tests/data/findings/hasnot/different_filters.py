# Different questions from one line.
for pages in (10, 20, 30, 40, 50, 60):
    print(Book.objects.filter(pages__gt=pages).count())
