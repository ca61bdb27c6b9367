# %% [markdown]
# # A slow page, and how to mend it
#
# This is the sample bookshop: authors, publishers, books, genres, reviews, shops, stock and sales.
# **Ctrl+Enter** runs the cell with the caret, **F5** all of them. Watch the badges at the right of each
# line (queries and time) and the *Timeline* below.

# %% Nothing has run yet
# A queryset is a question that has not been asked. Each call makes a new question out of the old one;
# the database hears nothing of it. Queries so far: 0.
books = Book.objects.filter(published__year__gte=2000)
books = books.exclude(rating__isnull=True)
page = books.order_by("title", "id")[:40]

# %% The page as it was first written: 1 + 40 queries
# The loop asks the first query. Each row knows only the number of its author, so that touching
# book.author asks once more: 40 rows, 40 queries. This is called N+1.
for book in page:
    print(book.title, "by", book.author.name)

# %% The same page in 1 query
# select_related says beforehand what the loop will touch: the authors come with the books, by a join.
for book in page.select_related("author"):
    print(book.title, "by", book.author.name)

# %% Readers who stayed up
# These four cells do not depend on each other. Press Ctrl+Shift+Enter: they run at the same time, each on
# a connection and a thread of its own. On the timeline their bars lie above each other.
happy = Review.objects.filter(text__icontains="one night", rating__gte=4).count()
print("Reviews by happy people who slept too little:", happy)

# %% Sales of long books
long_sales = Sale.objects.filter(book__pages__gt=600, copies__gte=1).count()
print("Sales of books with more than 600 pages:", long_sales)

# %% Reviews of poetry
poetry = Review.objects.filter(book__genre__name="Poetry", text__icontains="summer").count()
print("Summer reviews of poetry:", poetry)

# %% Copies in cities with an m
stocked = Stock.objects.filter(shop__city__icontains="m", book__title__icontains="the").count()
print("Stock of books with a 'the' in shops of such cities:", stocked)

# %% Questions about one book
# get() wants exactly one row, first() takes what comes first, exists() only looks whether there is one.
winter = Book.objects.filter(title__icontains="winter")
print(winter.count(), "books with a winter in their title")
print("A cheap one among them:", winter.filter(price__lt=6).exists())
print(list(winter.order_by("price", "id").values_list("title", "price")[:3]))

# %% An async cell: three questions at the same time
# A cell with await in it is an async cell. acount() gives a coroutine that has not started; gather starts
# all three and waits until the last one is done.
import asyncio

authors, reviews, sales = await asyncio.gather(
    Author.objects.acount(),
    Review.objects.filter(rating__gte=4).acount(),
    Sale.objects.filter(price__gt=20).acount(),
)
print(authors, "authors,", reviews, "good reviews,", sales, "sales above 20")

# %% The async twin of the slow page stops
# In async code a query must be awaited, and book.author cannot be: so it raises
# SynchronousOnlyOperation, here, on the first row, instead of stopping all other coroutines for 40
# queries. The cure is the same as above: .select_related("author"). (.all() asks anew: the rows that page
# remembers from above know their authors by now.)
async for book in page.all():
    print(book.title, "by", book.author.name)
