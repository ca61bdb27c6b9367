#include "orm/models/schema.h"

#include <QTest>

using namespace heddle;
using namespace Qt::Literals::StringLiterals;

class TestNaming : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aColumnBecomesAField_data();
    void aColumnBecomesAField();
    void aForeignKeyColumnLosesItsId_data();
    void aForeignKeyColumnLosesItsId();
    void aTableBecomesAModel_data();
    void aTableBecomesAModel();
    void noFieldNameBreaksLookups();
};

static void pairs()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("expected");
}

static void row(const char *name, const char *expected)
{
    QTest::newRow(name) << QString::fromUtf8(name) << QString::fromUtf8(expected);
}

void TestNaming::aColumnBecomesAField_data()
{
    pairs();
    row("TrackId", "track_id");
    row("UnitPrice", "unit_price");
    row("firstName", "first_name");
    row("URLPath", "url_path");
    row("ID", "id");
    row("userID", "user_id");
    row("HTTPServerURL", "http_server_url");
    row("Order Date", "order_date");
    row("unit-price ($)", "unit_price");
    row("__private__", "private");
    row("a__b", "a_b");
    row("2ndAddress", "number_2nd_address");
    row("class", "class_field");
    row("pk", "pk_field");
    row("objects", "objects_field");
    row("address2", "address2");
    row("Line1Text", "line1_text");
    row("ShipVia", "ship_via");
    row("größe", "größe");
    row("Größe In Metern", "größe_in_metern");
    row("名前", "名前");
    row("$$$", "field");
    row("A1B2", "a1_b2");
    row("ABCd", "ab_cd");
}

void TestNaming::aColumnBecomesAField()
{
    QFETCH(QString, name);
    QTEST(fieldNameFor(name), "expected");
}

void TestNaming::aForeignKeyColumnLosesItsId_data()
{
    pairs();
    row("AlbumId", "album");
    row("album_id", "album");
    row("ReportsTo", "reports_to");
    row("SupportRepId", "support_rep");
    row("original_language_id", "original_language");
    row("userID", "user");
    row("id", "id");
    row("_id", "id");
    row("ShipVia", "ship_via");
    row("class_id", "class_field");
    row("2_id", "number_2");
}

void TestNaming::aForeignKeyColumnLosesItsId()
{
    QFETCH(QString, name);
    QTEST(foreignKeyNameFor(name), "expected");
}

void TestNaming::aTableBecomesAModel_data()
{
    pairs();
    row("playlist_track", "PlaylistTrack");
    row("Track", "Track");
    row("MediaType", "MediaType");
    row("invoice_line", "InvoiceLine");
    row("ORDER_ITEMS", "OrderItems");
    row("Order Details", "OrderDetails");
    row("HTTPLog", "HTTPLog");
    row("URL", "Url");
    row("orderItems", "OrderItems");
    row("2024_sales", "Table2024Sales");
    row("value", "ValueModel");
    row("case", "CaseModel");
    row("none", "NoneModel");
    row("tbl_a1", "TblA1");
    row("A_B", "AB");
    row("ärzte", "Ärzte");
    row("---", "Table");
}

void TestNaming::aTableBecomesAModel()
{
    QFETCH(QString, name);
    QTEST(modelNameFor(name), "expected");
}

void TestNaming::noFieldNameBreaksLookups()
{
    // Lookups are cut at double underscores, so no name may hold or end in what looks like one.
    const QStringList pieces = {u"_"_s, u"a"_s, u"B"_s, u"1"_s, u" "_s, u"id"_s, u"é"_s};
    for (const QString &a : pieces) {
        for (const QString &b : pieces) {
            for (const QString &c : pieces) {
                for (const QString &name :
                     {fieldNameFor(a + b + c), foreignKeyNameFor(a + b + c)}) {
                    QVERIFY2(!name.contains(u"__"_s) && !name.endsWith(u'_'), qPrintable(name));
                    QVERIFY2(!name.isEmpty() && !name.front().isDigit(), qPrintable(name));
                }
            }
        }
    }
}

QTEST_GUILESS_MAIN(TestNaming)
#include "tst_naming.moc"
