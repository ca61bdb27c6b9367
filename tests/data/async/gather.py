books = Book.objects.count()
tags = Tag.objects.count()
first = Book.objects.order_by("pk").first()
print(books, tags, first.title)
author = Author.objects.get(pk=first.author_id)
oldest = Author.objects.order_by("born").first()
reviews = Review.objects.filter(book__author=author).aggregate(mean=Avg("stars"), total=Count("pk"))
print(author.name, oldest.name, reviews["total"])
def both():
    a = Book.objects.filter(pk=1).exists()
    b = Book.objects.filter(pk=-1).exists()
    return a, b
print(both())
