// None of the marked lines may compile; tst_wrongcode.cpp compiles this file and looks for the
// words behind "wrong:" among the errors of each of them.

#include "tests/orm/typed/bookshop.h"

using namespace shop;

struct NotDescribed {
    qint64 id = 0;
};

struct HoldsAWidget {
    qint64 id = 0;
    std::pair<int, int> size;
    static void describe(Model<HoldsAWidget> &m)
    {
        m.primaryKey<&HoldsAWidget::id>();
        m.field<&HoldsAWidget::size>(); // wrong: no column can hold a member of this type
    }
};

struct DescribesAnother {
    qint64 id = 0;
    ForeignKey<Publisher> publisher;
    static void describe(Model<DescribesAnother> &m)
    {
        m.primaryKey<&Publisher::id>();               // wrong: belongs to another struct
        m.field<&DescribesAnother::publisher>();      // wrong: this member is a relation
        m.relatedSet<&DescribesAnother::publisher>(); // wrong: needs a member of type RelatedSet
    }
};

void paths(const QuerySet<Book> &books)
{
    books.filter(f<&Book::publisher, &Author::name> == "x"); // wrong: wrong path
    books.filter(f<&Book::title, &Author::name> == "x");     // wrong: goes on only over a relation
    books.filter(f<&Author::name> == "x");                   // wrong: about another struct
    books.orderBy(f<&Review::rating>.asc());                 // wrong: about another struct
    books.selectRelated<&Book::title>();                     // wrong: selectRelated follows
    books.prefetchRelated<&Book::title>(); // wrong: prefetchRelated needs a relation
}

void types(const QuerySet<Book> &books)
{
    books.filter(f<&Book::title> == 3);               // wrong: cannot be compared
    books.filter(f<&Book::pages> > "many");           // wrong: cannot be compared
    books.filter(f<&Book::title> == f<&Book::pages>); // wrong: cannot be compared
    books.filter(f<&Book::id>.in({"a", "b"}));        // wrong: cannot be compared
    books.filter(f<&Book::pages>.startsWith("1"));    // wrong: this lookup is for text
    books.filter(f<&Book::title>.year() == 2000);     // wrong: only dates have this part
    books.aggregate(sum<&Book::title>());             // wrong: this aggregate is for numbers
    (void)(f<&Book::title> * 2);                      // wrong: no such arithmetic
    books.update(set<&Book::title>(3));       // wrong: cannot be set to a value of that type
    books.update(set<&Book::title>(nullptr)); // wrong: only a member that is a std::optional
    books.update(set<&Author::name>("x"));    // wrong: belongs to another struct
}

void relations(const QuerySet<Book> &books, const Author &author)
{
    books.filter(f<&Book::publisher> == 3);      // wrong: a relation is compared with an object
    books.filter(f<&Book::publisher> == author); // wrong: a relation is compared with an object
    books.filter(f<&Book::publisher>.startsWith("Har")); // wrong: this path ends in a relation
    books.valuesList<&Book::publisher>();                // wrong: a relation is no value
}

namespace heddle {
class Transaction {
public:
    Database database() const;
};
class AsyncTransaction {
public:
    Database database() const;
};
} // namespace heddle

void transactions(const QuerySet<Book> &books, Transaction &tx, AsyncTransaction &atx)
{
    books.inside(tx).list();
    books.inside(atx).alist();
    books.inside(tx).alist(); // wrong: has no member named 'alist'
    books.inside(atx).list(); // wrong: has no member named 'list'
    int number = 0;
    books.inside(number); // wrong: inside() takes a Transaction or an AsyncTransaction
}

void structs(const Database &db)
{
    db.objects<NotDescribed>(); // wrong: static void describe
    db.objects<HoldsAWidget>();
    db.objects<DescribesAnother>();
}
