for author in Author.objects.order_by("pk"):
    print(author.name, author.passport.number)
for passport in Passport.objects.order_by("pk"):
    print(passport.number, passport.author.name)
Author.objects.create(pk=500, name="stateless", born=1, publisher_id=1)
try:
    print(Author.objects.get(pk=500).passport.number)
except ObjectDoesNotExist:
    print("no passport")
