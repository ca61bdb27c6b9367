n = -Book.objects.count() + 2 * Tag.objects.count() ** 2
print(n, not Book.objects.filter(pk=1).exists(), Book.objects.count() in [12, 13])
print(Book.objects.get(pk=2).title.upper()[:3], (Book.objects.get(pk=2)).title)
print([Book.objects.count()][0], {"n": Tag.objects.count()}["n"], (Tag.objects.count(), 1)[0])
