# The same count, with writes between.
for i in range(5):
    Tag.objects.create(name="x" + str(i))
    print(Tag.objects.count())
