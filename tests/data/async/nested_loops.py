for publisher in Publisher.objects.order_by("pk")[:3]:
    print(publisher.name)
    for author in publisher.author_set.order_by("pk"):
        print(" ", author.name)
        for book in author.book_set.order_by("pk"):
            print("   ", book.title)
