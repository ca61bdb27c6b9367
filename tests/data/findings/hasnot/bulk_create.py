# Many rows in one statement.
Tag.objects.bulk_create([Tag(name="t" + str(i)) for i in range(40)])
print(Tag.objects.count())
