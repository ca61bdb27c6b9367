#include "tests/orm/typed/bookshop.h"

#include "orm/sql/compilecache.h"
#include "tests/support/bookshopdatabase.h"
#include "tests/support/raises.h"

using namespace heddle;
using heddle::test::BookshopDatabase;
using heddle::test::errorOf;
using namespace shop;
using namespace Qt::Literals::StringLiterals;

using Typed = std::function<Query(const Database &)>;
using Untyped = std::function<Query(const QuerySet<Record> &)>;
Q_DECLARE_METATYPE(Typed)
Q_DECLARE_METATYPE(Untyped)

static QPtr lookup(const char *path, Operand operand)
{
    return makeQ({{QString::fromUtf8(path), std::move(operand), {}, {}}});
}

/// Paths, expressions and terminal methods of the typed face, against what the same question in the
/// notation's words is and gives.
class TestTypedQuerySets : public QObject {
    Q_OBJECT

private:
    BookshopDatabase m_shop;
    const Database &db() const { return m_shop.database(); }
    QuerySet<Book> books() const { return db().objects<Book>(); }
    QByteArray sqlOf(const Query &query) const
    {
        const CompiledQuery compiled = compile(query, Ask::Rows, db().dialect());
        QByteArray out = compiled.sql;
        for (const Value &parameter : compiled.parameters)
            out += ' ' + parameter.toRepr().toUtf8();
        return out;
    }

private Q_SLOTS:
    void modelsAreThoseThatIntrospectionFinds()
    {
        const auto shape = [](const ModelRegistryPtr &registry) {
            QStringList lines;
            for (const auto &model : registry->models()) {
                lines << model->name + u' ' + model->table + u": "_s + model->choices().join(u' ');
                for (const auto &field : model->fields())
                    lines << u"  %1 %2 %3 %4 %5 %6%7%8"_s
                                 .arg(field->name, field->attname, field->column,
                                      field->type.toString(),
                                      field->target ? field->target->name : QString())
                                 .arg(field->null)
                                 .arg(field->primaryKey)
                                 .arg(field->unique);
                for (const auto &relation : model->relations())
                    lines << u"  %1 %2 %3"_s.arg(relation->queryName, relation->accessor,
                                                 relation->target->name);
            }
            return lines.join(u'\n');
        };
        // A struct belongs to its registry if the program uses it anywhere.
        QCOMPARE(modelInfo<Edition>()->primaryKeys().size(), std::size_t(2));
        QCOMPARE(modelInfo<Award>()->field(u"book_isbn"_s)->targetField->name, u"isbn"_s);
        QString found = shape(db().registry());
        QString typed = shape(registryOf<Book>());
        // The structs number with 64 bits and call the long texts by their kind.
        typed.replace("BigAutoField"_L1, "AutoField"_L1);
        found.replace("BigAutoField"_L1, "AutoField"_L1);
        QCOMPARE(typed.split(u'\n'), found.split(u'\n'));
    }

    void theSameQuestionIsTheSameSql_data()
    {
        QTest::addColumn<Typed>("typed");
        QTest::addColumn<QString>("model");
        QTest::addColumn<Untyped>("untyped");
        const auto row = [](const char *name, const char *model, Typed typed, Untyped untyped) {
            QTest::newRow(name) << typed << QString::fromUtf8(model) << untyped;
        };
        row(
            "a member", "Book",
            [](const Database &d) {
                return d.objects<Book>().filter(f<&Book::title> == "Tides").query();
            },
            [](const QuerySet<Record> &q) {
                return q.filter(lookup("title", Value(u"Tides"_s))).query();
            });
        row(
            "over a key", "Book",
            [](const Database &d) {
                return d.objects<Book>()
                    .filter(f<&Book::publisher, &Publisher::name>.startsWith("Har"))
                    .query();
            },
            [](const QuerySet<Record> &q) {
                return q.filter(lookup("publisher__name__startswith", Value(u"Har"_s))).query();
            });
        row(
            "over many-to-many", "Book",
            [](const Database &d) {
                return d.objects<Book>()
                    .filter(f<&Book::authors, &Author::mentor, &Author::name>.icontains("a"))
                    .query();
            },
            [](const QuerySet<Record> &q) {
                return q.filter(lookup("author__mentor__name__icontains", Value(u"a"_s))).query();
            });
        row(
            "back without a member", "Publisher",
            [](const Database &d) {
                return d.objects<Publisher>()
                    .filter(f<back<&Book::publisher>, &Book::pages> > 100)
                    .query();
            },
            [](const QuerySet<Record> &q) {
                return q.filter(lookup("book__pages__gt", Value(100))).query();
            });
        row(
            "and, or, not", "Book",
            [](const Database &d) {
                return d.objects<Book>()
                    .filter((f<&Book::pages> >= 100 || f<&Book::pages>.isNull()) &&
                            !(f<&Book::inPrint> == true))
                    .query();
            },
            [](const QuerySet<Record> &q) {
                return q
                    .filter(combineQ(combineQ(lookup("pages__gte", Value(100)),
                                              lookup("pages__isnull", Value(true)), Connector::Or),
                                     negateQ(lookup("in_print", Value(true))), Connector::And))
                    .query();
            });
        row(
            "in and between", "Book",
            [](const Database &d) {
                return d.objects<Book>()
                    .filter(f<&Book::id>.in({1, 2, 3}),
                            f<&Book::published>.between(QDate(1999, 1, 1), QDate(2010, 1, 1)))
                    .query();
            },
            [](const QuerySet<Record> &q) {
                return q
                    .filter(combineQ(
                        lookup("id__in", Operand(Operand::List{Value(1), Value(2), Value(3)})),
                        lookup("published__range",
                               Operand(Operand::List{Value(Date::fromCivil(1999, 1, 1)),
                                                     Value(Date::fromCivil(2010, 1, 1))})),
                        Connector::And))
                    .query();
            });
        row(
            "a part of a date", "Book",
            [](const Database &d) {
                return d.objects<Book>().filter(f<&Book::added>.year() == 2020).query();
            },
            [](const QuerySet<Record> &q) {
                return q.filter(lookup("added__year", Value(2020))).query();
            });
        row(
            "a member against another", "Book",
            [](const Database &d) {
                return d.objects<Book>().filter(f<&Book::pages> > f<&Book::id> * 100).query();
            },
            [](const QuerySet<Record> &q) {
                return q
                    .filter(lookup("pages__gt", Operand(expr::combined(expr::ref(u"id"_s), u"*"_s,
                                                                       expr::literal(Value(100))))))
                    .query();
            });
        row(
            "annotated", "Publisher",
            [](const Database &d) {
                return d.objects<Publisher>()
                    .annotate("n", count<&Publisher::books>())
                    .filter(ref<qint64>("n") > 1)
                    .orderBy("-n", "name")
                    .query();
            },
            [](const QuerySet<Record> &q) {
                const Query annotated = q.query().annotate(
                    {{u"n"_s, expr::construct(u"Count"_s, {Operand(Value(u"book"_s))})}});
                return annotated.filter(lookup("n__gt", Value(1)))
                    .orderBy(QStringList{u"-n"_s, u"name"_s});
            });
        row(
            "values", "Book",
            [](const Database &d) {
                return d.objects<Book>()
                    .valuesList<&Book::title, f<&Book::publisher, &Publisher::name>>()
                    .orderBy<&Book::title>()
                    .slice(1, 3)
                    .query();
            },
            [](const QuerySet<Record> &q) {
                return q.query()
                    .valuesList(
                        {{{}, expr::ref(u"title"_s)}, {{}, expr::ref(u"publisher__name"_s)}})
                    .orderBy(QStringList{u"title"_s})
                    .slice(1, 3);
            });
    }
    void theSameQuestionIsTheSameSql()
    {
        QFETCH(Typed, typed);
        QFETCH(QString, model);
        QFETCH(Untyped, untyped);
        QCOMPARE(sqlOf(typed(db())), sqlOf(untyped(db().objects(model))));
    }

    void rowsBecomeStructs()
    {
        const QList<Book> all = books().orderBy<&Book::id>().list();
        QCOMPARE(all.size(), 5);
        const Book &tides = all[0];
        QCOMPARE(tides.id, 1);
        QCOMPARE(tides.title, u"Tides"_s);
        QCOMPARE(tides.isbn.value(), u"111"_s);
        QCOMPARE(tides.pages.value(), 300);
        QCOMPARE(tides.price.toString(), u"12.50"_s);
        QVERIFY(tides.inPrint);
        QCOMPARE(tides.published.value(), QDate(1999, 5, 1));
        QCOMPARE(tides.added, QDateTime(QDate(2020, 1, 1), QTime(10, 0)));
        QCOMPARE(tides.publisher.id(), 1);
        QCOMPARE(all[2].added.time(), QTime(9, 15, 30, 500));
        QVERIFY(!all[2].published);
        QVERIFY(!all[3].isbn && !all[3].pages && all[3].publisher.isNull());
        const Publisher quiet = db().objects<Publisher>().get(f<&Publisher::name> == "Quiet");
        QCOMPARE(quiet.opens.value(), QTime(10, 0));
        QVERIFY(!quiet.founded);
    }

    void terminalMethodsAnswerAsTheNotationDoes()
    {
        QCOMPARE(books().count(), 5);
        QVERIFY(books().filter(f<&Book::pages> > 400).exists());
        QCOMPARE(books().orderBy("-pages").first()->title, u"Embers"_s);
        QCOMPARE(books().orderBy<&Book::pages>().last()->title, u"Embers"_s);
        QVERIFY(!books().filter(f<&Book::title> == "no").first());
        QCOMPARE(books().earliest<&Book::added>().title, u"Tides"_s);
        QCOMPARE(books().latest<&Book::added>().id, 5);
        QCOMPARE(errorOf([&] { books().get(f<&Book::title> == "no"); }),
                 u"Book.DoesNotExist: Book matching query does not exist."_s);
        QCOMPARE(
            errorOf([&] { books().get(); }),
            u"Book.MultipleObjectsReturned: get() returned more than one Book -- it returned 5!"_s);
        QVERIFY(books().contains(books().get(f<&Book::id> == 2)));
        QVERIFY(!books().filter(f<&Book::id> == 3).contains(books().get(f<&Book::id> == 2)));
        const QHash<qint64, Book> some = books().inBulk<&Book::id>({1, 3, 99});
        QCOMPARE(some.size(), 2);
        QCOMPARE(some[3].title, u"Embers"_s);
    }

    void aggregatesHaveTheirTypes()
    {
        const std::optional<Decimal> total = books().aggregate(sum<&Book::price>());
        QCOMPARE(*total, *Decimal::parse("55.74"));
        const auto [n, pages, newest] =
            books().aggregate(count(), avg<&Book::pages>(), max<&Book::added>());
        QCOMPARE(n, 5);
        QCOMPARE(*pages, 237.5);
        QCOMPARE(*newest, QDateTime(QDate(2022, 6, 1), QTime(0, 0)));
        QVERIFY(!books().none().aggregate(sum<&Book::price>()));
        QCOMPARE(books().aggregate(count<&Book::publisher>().distinct()), 2);
        QCOMPARE(books().aggregate(count<&Book::id>().filter(f<&Book::inPrint> == true)), 3);
        QCOMPARE(books().none().aggregate(sum<&Book::pages>().orElse(0)), 0);
    }

    void annotationsComeWithTheirRows()
    {
        QStringList found;
        for (const auto &publisher : db().objects<Publisher>()
                                         .annotate("n", count<&Publisher::books>())
                                         .annotate("loud", upper(f<&Publisher::name>))
                                         .orderBy<&Publisher::id>())
            found << publisher.name + QString::number(publisher.annotation<qint64>("n")) +
                         publisher.annotation<QString>("loud");
        QCOMPARE(found, (QStringList{u"Harbour2HARBOUR"_s, u"North1NORTH"_s, u"Quiet0QUIET"_s}));
        const auto first =
            db().objects<Publisher>().annotate("n", count<&Publisher::books>()).first();
        QCOMPARE(errorOf([&] { first->annotation<int>("m"); }),
                 u"FieldError: This row has no annotation 'm'. Choices are: n"_s);
    }

    void valuesAreTuples()
    {
        QStringList found;
        for (const auto &[title, pages, house] :
             books()
                 .orderBy<&Book::id>()
                 .valuesList<&Book::title, &Book::pages, f<&Book::publisher, &Publisher::name>>())
            found << title + u' ' + QString::number(pages.value_or(-1)) + u' ' + house;
        QCOMPARE(found.first(), u"Tides 300 Harbour"_s);
        QCOMPARE(found.at(3), u"Loose Leaves -1 "_s);
        const QList<QString> titles =
            books().orderBy<&Book::title>().valuesList<&Book::title>().list();
        QCOMPARE(titles.first(), u"100% Wool"_s);
        const QList<std::tuple<bool, qint64>> groups = books()
                                                           .values<&Book::inPrint>()
                                                           .annotate("n", count<&Book::id>())
                                                           .orderBy("in_print")
                                                           .list();
        QCOMPARE(groups.size(), 2);
        QCOMPARE(groups[0], std::make_tuple(false, qint64(2)));
        QCOMPARE(groups[1], std::make_tuple(true, qint64(3)));
    }

    void computedLeftSidesMayBeCompared()
    {
        const auto thick =
            books().filter(f<&Book::pages> * 2 > 500 || length(f<&Book::title>) > 10);
        QCOMPARE(thick.orderBy<&Book::id>().valuesList<&Book::title>().list(),
                 (QList<QString>{u"Tides"_s, u"Embers"_s, u"Loose Leaves"_s}));
    }

    void subqueriesAreTypedToo()
    {
        const auto inOslo = db().objects<Publisher>().filter(f<&Publisher::city> == "Oslo");
        QCOMPARE(
            books().filter(f<&Book::publisher>.in(inOslo.valuesList<&Publisher::id>())).count(), 2);
        const auto reviewed = exists(
            db().objects<Review>().filter(f<&Review::book, &Book::id> == outer<&Book::id>()));
        QCOMPARE(books().filter(reviewed).count() + books().filter(!reviewed).count(), 5);
    }

    void objectsStandForTheirKeys()
    {
        const Publisher north = db().objects<Publisher>().get(f<&Publisher::name> == "North");
        QCOMPARE(books().get(f<&Book::publisher> == north).title, u"Embers"_s);
        QCOMPARE(books().filter(f<&Book::publisher> == nullptr).count(), 2);
        QCOMPARE(books().filter(f<&Book::publisher>.in({north})).count(), 1);
        QCOMPARE(errorOf([&] { books().filter(f<&Book::publisher> == Publisher()); }),
                 u"ValueError: Model instances passed to related filters must be saved."_s);
    }

    void theNotationsWordsWorkHereToo()
    {
        QCOMPARE(books().filter("publisher__name__startswith", "Har").count(), 2);
        QCOMPARE(books().exclude("pages__gt", 100).orderBy("title").count(), 2);
        QVERIFY(errorOf([&] { books().filter("nonsense", 1); }).startsWith(u"FieldError"_s));
    }

    void streamsGoThroughAllRows()
    {
        QStringList titles;
        QCOMPARE(books().orderBy<&Book::id>().each([&](const Book &b) { titles << b.title; }), 5);
        QCOMPARE(titles.size(), 5);
        int seen = 0;
        books().each([&](const Book &) { return ++seen < 2; });
        QCOMPARE(seen, 2);
        QFuture<qint64> rows = books().aeach([](const Book &) {});
        rows.waitForFinished();
        QCOMPARE(rows.result(), 5);
    }
};

QTEST_GUILESS_MAIN(TestTypedQuerySets)
#include "tst_querysets.moc"
