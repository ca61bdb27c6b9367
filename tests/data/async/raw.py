for book in Book.objects.raw("SELECT id, title FROM book ORDER BY id LIMIT 2"):
    print(book.title)
