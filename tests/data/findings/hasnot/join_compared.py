# To be compared is to be read.
first = Author.objects.order_by("pk").first()
print(sum(1 for book in Book.objects.select_related("author") if book.author == first))
