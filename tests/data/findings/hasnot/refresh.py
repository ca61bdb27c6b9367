# Rows read again on purpose.
tag = Tag.objects.get(pk=1)
for i in range(8):
    tag.refresh_from_db()
    print(tag.name)
