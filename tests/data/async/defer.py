for book in Book.objects.defer("summary").order_by("pk")[:2]:
    print(book.summary)
for book in Book.objects.defer("summary", "pages").order_by("pk")[:2]:
    print(book.pages)
