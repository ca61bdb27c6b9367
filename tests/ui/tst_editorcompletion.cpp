#include "orm/models/schema.h"
#include "ui/editor/completion.h"

#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace heddle;
using heddle::ui::Completion;
using heddle::ui::completionsAt;

class tst_EditorCompletion : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void offersWhatFits_data();
    void offersWhatFits();
    void offersNothingThatDoesNotFit_data();
    void offersNothingThatDoesNotFit();
    void pathsGoAnyDepth();
    void lookupsFollowTheType();
    void worksWithoutModels();

private:
    ModelRegistryPtr registry;
};

void tst_EditorCompletion::initTestCase()
{
    const auto table = [](const QString &name, std::vector<std::pair<QString, FieldKind>> columns) {
        TableInfo info;
        info.name = name;
        info.primaryKey = {u"id"_s};
        for (const auto &[column, kind] : columns) {
            TableColumn c;
            c.name = column;
            c.type.kind = kind;
            info.columns.push_back(c);
        }
        return info;
    };
    const auto reference = [](TableInfo &info, const QString &column, const QString &target) {
        TableForeignKey key;
        key.columns = {column};
        key.targetTable = target;
        key.targetColumns = {u"id"_s};
        info.foreignKeys.push_back(key);
    };
    DatabaseSchema schema;
    schema.backend = u"sqlite"_s;
    schema.tables.push_back(
        table(u"publisher"_s, {{u"id"_s, FieldKind::Auto}, {u"name"_s, FieldKind::Char}}));
    schema.tables.push_back(table(u"author"_s, {{u"id"_s, FieldKind::Auto},
                                                {u"name"_s, FieldKind::Char},
                                                {u"born"_s, FieldKind::Date},
                                                {u"publisher_id"_s, FieldKind::Integer}}));
    reference(schema.tables.back(), u"publisher_id"_s, u"publisher"_s);
    schema.tables.push_back(table(u"book"_s, {{u"id"_s, FieldKind::Auto},
                                              {u"title"_s, FieldKind::Char},
                                              {u"price"_s, FieldKind::Decimal},
                                              {u"author_id"_s, FieldKind::Integer}}));
    reference(schema.tables.back(), u"author_id"_s, u"author"_s);
    registry = registryFromSchema(schema);
}

void tst_EditorCompletion::offersWhatFits_data()
{
    QTest::addColumn<QString>("before");
    QTest::addColumn<QStringList>("expected"); // all of them must be offered
    QTest::addColumn<int>("prefix");
    QTest::newRow("models") << u"bo = Bo"_s << QStringList{u"Book"_s} << 2;
    QTest::newRow("manager") << u"Book.ob"_s << QStringList{u"objects"_s} << 2;
    QTest::newRow("methods") << u"Book.objects.fi"_s << QStringList{u"filter"_s, u"first"_s} << 2;
    QTest::newRow("methods of a chain")
        << u"Book.objects.filter(title='(').o"_s << QStringList{u"order_by"_s, u"only"_s} << 1;
    QTest::newRow("methods over lines")
        << u"qs = (Book.objects\n  .filter(id=1)\n  ."_s << QStringList{} << 0;
    QTest::newRow("fields") << u"Book.objects.filter(ti"_s << QStringList{u"title"_s} << 2;
    QTest::newRow("all fields") << u"Book.objects.filter("_s
                                << QStringList{u"title"_s, u"author"_s, u"price"_s, u"pk"_s, u"Q"_s}
                                << 0;
    QTest::newRow("second argument")
        << u"Book.objects.filter(id=1, au"_s << QStringList{u"author"_s} << 2;
    QTest::newRow("relation path")
        << u"Book.objects.filter(author__na"_s << QStringList{u"name"_s} << 2;
    QTest::newRow("deep path") << u"Book.objects.filter(author__publisher__na"_s
                               << QStringList{u"name"_s} << 2;
    QTest::newRow("back path") << u"Publisher.objects.filter(author__book__ti"_s
                               << QStringList{u"title"_s} << 2;
    QTest::newRow("lookup") << u"Book.objects.filter(title__ic"_s << QStringList{u"icontains"_s}
                            << 2;
    QTest::newRow("in Q") << u"Book.objects.filter(Q(title__is"_s
                          << QStringList{u"istartswith"_s, u"isnull"_s} << 2;
    QTest::newRow("in order_by") << u"Book.objects.order_by('-pri"_s << QStringList{u"price"_s}
                                 << 3;
    QTest::newRow("in select_related")
        << u"Book.objects.select_related(\"author__pub"_s << QStringList{u"publisher"_s} << 3;
    QTest::newRow("in values, second")
        << u"Book.objects.values('id', 'ti"_s << QStringList{u"title"_s} << 2;
    QTest::newRow("variable") << u"books = Book.objects.all()\nbooks.cou"_s
                              << QStringList{u"count"_s} << 3;
    QTest::newRow("loop variable")
        << u"for b in Book.objects.all():\n    b.ti"_s << QStringList{u"title"_s} << 2;
    QTest::newRow("row's relation")
        << u"for b in Book.objects.all():\n    b.author.na"_s << QStringList{u"name"_s} << 2;
    QTest::newRow("row's related set")
        << u"a = Author.objects.get(id=1)\na.book_set.fi"_s << QStringList{u"filter"_s} << 2;
    QTest::newRow("subscript") << u"b = Book.objects.all()[0]\nb.pr"_s << QStringList{u"price"_s}
                               << 2;
    QTest::newRow("slice") << u"b = Book.objects.all()[:5]\nb.ex"_s
                           << QStringList{u"exists"_s, u"exclude"_s} << 2;
    QTest::newRow("awaited") << u"b = await Book.objects.aget(id=1)\nb.pr"_s
                             << QStringList{u"price"_s} << 2;
    QTest::newRow("asyncio") << u"asyncio.ga"_s << QStringList{u"gather"_s} << 2;
}

void tst_EditorCompletion::offersWhatFits()
{
    QFETCH(QString, before);
    QFETCH(QStringList, expected);
    const Completion found = completionsAt(before, registry.get());
    for (const QString &word : expected)
        QVERIFY2(found.words.contains(word),
                 qPrintable(word + u" is not among "_s + found.words.join(u' ')));
    if (!expected.isEmpty())
        QTEST(found.prefixLength, "prefix");
}

void tst_EditorCompletion::offersNothingThatDoesNotFit_data()
{
    QTest::addColumn<QString>("before");
    QTest::newRow("comment") << u"# Bo"_s;
    QTest::newRow("plain string") << u"x = 'Bo"_s;
    QTest::newRow("unknown receiver") << u"nothing.fi"_s;
    QTest::newRow("lookup of a lookup") << u"Book.objects.filter(title__contains__"_s;
    QTest::newRow("no such field") << u"Book.objects.filter(nosuch__"_s;
    QTest::newRow("attribute of a field") << u"for b in Book.objects.all():\n    b.title."_s;
}

void tst_EditorCompletion::offersNothingThatDoesNotFit()
{
    QFETCH(QString, before);
    const Completion found = completionsAt(before, registry.get());
    QVERIFY2(found.words.isEmpty(), qPrintable(found.words.join(u' ')));
}

void tst_EditorCompletion::pathsGoAnyDepth()
{
    const ModelInfo &book = *registry->model(u"Book"_s);
    QVERIFY(ui::pathSteps(u"author__publisher__author__book__ti"_s, book).contains(u"title"_s));
    QVERIFY(ui::pathSteps(u"pk__g"_s, book).contains(u"gte"_s));
}

void tst_EditorCompletion::lookupsFollowTheType()
{
    const ModelInfo &book = *registry->model(u"Book"_s);
    QVERIFY(ui::pathSteps(u"author__born__"_s, book).contains(u"year"_s));
    QVERIFY(!ui::pathSteps(u"author__born__"_s, book).contains(u"icontains"_s));
    QVERIFY(!ui::pathSteps(u"price__"_s, book).contains(u"icontains"_s));
    QVERIFY(ui::pathSteps(u"author__born__year__"_s, book).contains(u"gte"_s));
    QVERIFY(!ui::pathSteps(u"author__born__year__"_s, book).contains(u"month"_s));
}

void tst_EditorCompletion::worksWithoutModels()
{
    QVERIFY(completionsAt(u"Bo"_s, nullptr).words.isEmpty());
    QVERIFY(completionsAt(u"pri"_s, nullptr).words.contains(u"print"_s));
    QVERIFY(completionsAt(u"Book.objects.fi"_s, nullptr).words.isEmpty());
}

QTEST_GUILESS_MAIN(tst_EditorCompletion)
#include "tst_editorcompletion.moc"
