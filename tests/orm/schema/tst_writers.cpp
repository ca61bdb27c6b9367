#include "orm/schema/modelwriters.h"

#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace heddle;
using namespace Qt::Literals::StringLiterals;

namespace {

QString sourceFile(const QString &path)
{
    return qEnvironmentVariable("HEDDLE_SOURCE_DIR") + u'/' + path;
}

DatabaseSchema schemaOf(const QString &name)
{
    QFile file(sourceFile(u"tests/data/schemas/%1.json"_s.arg(name)));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("%s cannot be read", qPrintable(file.fileName()));
    return *schemaFromJson(file.readAll(), nullptr);
}

/// A schema with everything that can go wrong with names.
DatabaseSchema awkwardSchema()
{
    const auto table = [](const char *name, const QStringList &columns) {
        TableInfo out;
        out.name = QString::fromUtf8(name);
        for (const QString &name : columns) {
            TableColumn column;
            column.name = name;
            column.declaredType = u"TEXT"_s;
            column.type.kind = FieldKind::Text;
            out.columns.push_back(column);
        }
        return out;
    };
    DatabaseSchema schema;
    schema.backend = u"sqlite"_s;
    TableInfo words = table("class", {u"id"_s, u"double"_s, u"signals"_s, u"2nd \"name\""_s,
                                      u"a_b"_s, u"aB"_s, u"größe"_s, u"index"_s, u"comment"_s,
                                      u"describe"_s, u"column"_s, u"other"_s});
    words.columns[0].type.kind = FieldKind::Integer;
    words.columns[0].automatic = words.columns[0].notNull = true;
    words.columns[7].comment = u"said \"so\"\nwith ?? and \\"_s;
    words.primaryKey = {u"id"_s};
    words.foreignKeys.push_back({{}, {u"other"_s}, u"class"_s, {u"id"_s}, u"CASCADE"_s, {}});
    TableInfo pair = table("Pair", {u"a"_s, u"b"_s, u"price"_s});
    pair.columns[2].type.kind = FieldKind::Decimal;
    pair.primaryKey = {u"a"_s, u"b"_s};
    schema.tables = {words, pair, table("Strings", {u"QString"_s, u"heddle"_s})};
    schema.tables.back().isView = true;
    return schema;
}

} // namespace

class TestWriters : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void cppIsWhatTheGeneratedTestsCompile_data();
    void cppIsWhatTheGeneratedTestsCompile();
    void cppChangesNamesThatAreNone();
    void namespacesComeFromFiles_data();
    void namespacesComeFromFiles();
    void djangoParsesAsPython_data();
    void djangoParsesAsPython();
    void djangoPassesItsOwnChecks_data() { djangoParsesAsPython_data(); }
    void djangoPassesItsOwnChecks();
    void djangoNamesWaysBackAsHeddleDoes();
    void dbmlHasTablesIndexesAndReferences();
    void mermaidHasEntitiesAndLines();
};

void TestWriters::cppIsWhatTheGeneratedTestsCompile_data()
{
    QTest::addColumn<QString>("schema");
    QTest::addColumn<QString>("file");
    for (const char *name :
         {"chinook-sqlite", "chinook-postgresql", "sakila-sqlite", "sakila-postgresql"}) {
        QString file = QString::fromLatin1(name);
        QTest::newRow(name) << file << file.remove(u'-') + ".h"_L1;
    }
}

/// The headers beside this test are what the writer gives; tst_generated compiles and asks them.
void TestWriters::cppIsWhatTheGeneratedTestsCompile()
{
    QFETCH(QString, schema);
    QFETCH(QString, file);
    const DatabaseSchema found = schemaOf(schema);
    CppWriterOptions options;
    options.nameSpace = QString(file).chopped(2);
    const QByteArray text = cppModels(found, *registryFromSchema(found), options);
    QFile golden(sourceFile(u"tests/orm/schema/generated/"_s + file));
    if (qEnvironmentVariableIsSet("HEDDLE_WRITE_GOLDEN")) {
        QVERIFY(golden.open(QIODevice::WriteOnly));
        golden.write(text);
        return;
    }
    QVERIFY(golden.open(QIODevice::ReadOnly));
    QCOMPARE(QString::fromUtf8(text), QString::fromUtf8(golden.readAll()));
}

void TestWriters::cppChangesNamesThatAreNone()
{
    const DatabaseSchema schema = awkwardSchema();
    const QString text =
        QString::fromUtf8(cppModels(schema, *registryFromSchema(schema), {u"odd"_s, true, {}}));
    for (const QString &piece : {
             u"struct Class {"_s,
             u"std::optional<QString> double_;"_s,
             u"std::optional<QString> signals_;"_s,
             u"std::optional<QString> number2ndName;"_s,
             u"m.field<&Class::number2ndName>(fieldName(\"number_2nd_name\"), "
             "heddle::column(\"2nd \\\"name\\\"\"))"_s,
             u"m.field<&Class::aB0>(fieldName(\"a_b_0\"), heddle::column(\"aB\"))"_s,
             u"std::optional<QString> describe_;"_s,
             u"heddle::ForeignKey<Class> other;"_s,
             u"heddle::comment(\"said \\\"so\\\"\\012with \\?\\? and \\\\\")"_s,
             u"m.primaryKey<&Pair::a, &Pair::b>();"_s,
             u"std::optional<heddle::Decimal> price;"_s,
             u"/// A view: its rows have no key."_s,
         })
        QVERIFY2(text.contains(piece), qPrintable(piece + u"\n"_s + text));
}

void TestWriters::namespacesComeFromFiles_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("name");
    QTest::newRow("plain") << u"bookshop"_s << u"bookshop"_s;
    QTest::newRow("spaces") << u"My Shop-2"_s << u"my_shop_2"_s;
    QTest::newRow("digit") << u"2024"_s << u"n2024"_s;
    QTest::newRow("keyword") << u"class"_s << u"class_models"_s;
    QTest::newRow("the engine's own") << u"heddle"_s << u"heddle_models"_s;
    QTest::newRow("nothing") << u""_s << u"n"_s;
}

void TestWriters::namespacesComeFromFiles()
{
    QFETCH(QString, text);
    QFETCH(QString, name);
    QCOMPARE(cppNamespaceFor(text), name);
}

void TestWriters::djangoParsesAsPython_data()
{
    QTest::addColumn<QString>("schema");
    for (const char *name :
         {"bookshop", "chinook-sqlite", "chinook-postgresql", "sakila-sqlite", "sakila-postgresql"})
        QTest::newRow(name) << QString::fromLatin1(name);
    QTest::newRow("awkward") << QString();
}

namespace {

/// What a Python program says of a models.py; nothing if there is no Python.
std::optional<QString> asked(const QByteArray &models, const char *program)
{
    const QString python = QStandardPaths::findExecutable(u"python3"_s);
    if (python.isEmpty())
        return {};
    QTemporaryDir folder;
    QFile file(folder.filePath(u"models.py"_s));
    if (!file.open(QIODevice::WriteOnly) || file.write(models) != models.size())
        return {};
    file.close();
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.setWorkingDirectory(folder.path());
    process.start(python, {u"-c"_s, QString::fromUtf8(program), file.fileName()});
    process.waitForFinished(60'000);
    return QString::fromUtf8(process.readAll()).trimmed();
}

} // namespace

void TestWriters::djangoParsesAsPython()
{
    QFETCH(QString, schema);
    const DatabaseSchema found = schema.isEmpty() ? awkwardSchema() : schemaOf(schema);
    const QByteArray text = djangoModels(found, *registryFromSchema(found));
    const auto answer =
        asked(text, "import ast, sys; ast.parse(open(sys.argv[1], encoding='utf-8').read()); "
                    "print('fine')");
    if (!answer)
        QSKIP("There is no python3 here.");
    QVERIFY2(*answer == "fine"_L1, qPrintable(*answer + u"\n"_s + QString::fromUtf8(text)));
}

void TestWriters::djangoPassesItsOwnChecks()
{
    QFETCH(QString, schema);
    const DatabaseSchema found = schema.isEmpty() ? awkwardSchema() : schemaOf(schema);
    const QByteArray text = djangoModels(found, *registryFromSchema(found));
    const auto answer = asked(text, R"(
import sys
try:
    import django
    from django.conf import settings
except ImportError:
    print('no django')
    sys.exit()
settings.configure(INSTALLED_APPS=[], DATABASES={}, DEFAULT_AUTO_FIELD='django.db.models.BigAutoField')
django.setup()
source = open(sys.argv[1], encoding='utf-8').read().replace('    class Meta:\n', '    class Meta:\n        app_label = "shop"\n')
if django.VERSION < (5, 2) and 'CompositePrimaryKey' in source:
    print('no django')
    sys.exit()
exec(compile(source, 'models.py', 'exec'), {'__name__': 'shop.models'})
from django.core import checks
wrong = [m for m in checks.run_checks() if m.level >= checks.ERROR]
print('\n'.join(str(m) for m in wrong) or 'fine')
)");
    if (!answer || *answer == "no django"_L1)
        QSKIP("There is no Django here that knows all of it.");
    QVERIFY2(*answer == "fine"_L1, qPrintable(*answer + u"\n"_s + QString::fromUtf8(text)));
}

void TestWriters::djangoNamesWaysBackAsHeddleDoes()
{
    const DatabaseSchema found = schemaOf(u"sakila-sqlite"_s);
    const QString text = QString::fromUtf8(djangoModels(found, *registryFromSchema(found)));
    QVERIFY(text.contains(u"related_name=\"film_original_language_set\", "
                          "related_query_name=\"film_original_language\""_s));
    const DatabaseSchema music = schemaOf(u"chinook-sqlite"_s);
    const QString chinook = QString::fromUtf8(djangoModels(music, *registryFromSchema(music)));
    QVERIFY(chinook.contains(u"pk = models.CompositePrimaryKey(\"playlist_id\", \"track_id\")"_s));
    QVERIFY(chinook.contains(u"through=\"PlaylistTrack\""_s));
}

void TestWriters::dbmlHasTablesIndexesAndReferences()
{
    const DatabaseSchema found = schemaOf(u"chinook-sqlite"_s);
    const QString text = QString::fromUtf8(dbmlDiagram(found, *registryFromSchema(found)));
    QVERIFY(
        text.startsWith(u"Table \"Album\" {\n  \"AlbumId\" INTEGER [pk, increment]\n  \"Title\" "
                        "NVARCHAR(160) [not null]\n"_s));
    QVERIFY(text.contains(u"  indexes {\n    \"ArtistId\" [name: 'IFK_AlbumArtistId']\n  }\n"_s));
    QVERIFY(text.contains(u"    (\"PlaylistId\", \"TrackId\") [pk]\n"_s));
    QVERIFY(text.contains(u"Ref: \"Album\".\"ArtistId\" > \"Artist\".\"ArtistId\"\n"_s));
}

void TestWriters::mermaidHasEntitiesAndLines()
{
    const DatabaseSchema found = schemaOf(u"chinook-sqlite"_s);
    const QString text = QString::fromUtf8(mermaidDiagram(found, *registryFromSchema(found)));
    QVERIFY(
        text.startsWith(u"erDiagram\n    Album {\n        Auto album_id PK\n        Char title\n"
                        "        Integer artist_id FK\n    }\n"_s));
    QVERIFY(text.contains(u"    Artist ||--o{ Album : \"artist\"\n"_s));
    QVERIFY(text.contains(u"    Employee |o--o{ Employee : \"reports_to\"\n"_s));
}

QTEST_GUILESS_MAIN(TestWriters)
#include "tst_writers.moc"
