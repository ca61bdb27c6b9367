# A deferred field of one object.
book = Book.objects.defer("summary").get(pk=1)
print(len(book.summary))
