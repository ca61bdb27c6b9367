#include "tests/ui/views/samplerows.h"
#include "ui/models/resulttext.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

using namespace heddle;
using namespace heddle::ui;

class ResultTextTest final : public QObject {
    Q_OBJECT
private:
    ResultRows rows;

    QString text(CopyFormat format, std::vector<int> columns, int first = 0, int last = 1) const
    {
        return resultText(rows, {{{first, last}}, std::move(columns)}, format,
                          {QStringLiteral("Book"), QStringLiteral("book")});
    }

private Q_SLOTS:
    void initTestCase()
    {
        rows = ResultRows({QStringLiteral("id"), QStringLiteral("title"), QStringLiteral("born")});
        RowBatchBuilder builder({{ColumnKind::Int64}, {ColumnKind::Text}, {ColumnKind::Date}});
        const auto add = [&builder](int id, const char *title, bool born) {
            builder.addInt64(0, id);
            builder.addText(1, title);
            if (born)
                builder.addDate(2, Date::fromCivil(1999, 3, 4));
            else
                builder.addNull(2);
            builder.finishRow();
        };
        add(1, "Emma", true);
        add(2, "it's, \"so\" | far", false);
        QVERIFY(rows.append(builder.take()));
        add(3, "two\nlines", true);
        QVERIFY(rows.append(builder.take()));
    }

    void oneCellIsCopiedAsJustThat()
    {
        QCOMPARE(text(CopyFormat::Tsv, {1}, 0, 0), QStringLiteral("Emma"));
        QCOMPARE(text(CopyFormat::Tsv, {2}, 1, 1), QString());
    }

    void tsvQuotesWhatWouldBreakIt()
    {
        QCOMPARE(text(CopyFormat::Tsv, {0, 1}, 0, 2),
                 QStringLiteral("1\tEmma\n2\t\"it's, \"\"so\"\" | far\"\n3\t\"two\nlines\""));
        QCOMPARE(text(CopyFormat::TsvWithHeaders, {0, 2}),
                 QStringLiteral("id\tborn\n1\t1999-03-04\n2\t\n"));
    }

    void csvHasHeadersAndQuotes()
    {
        QCOMPARE(text(CopyFormat::Csv, {1, 2}),
                 QStringLiteral("title,born\nEmma,1999-03-04\n\"it's, \"\"so\"\" | far\",\n"));
    }

    void jsonParsesAndKeepsNullAndTypes()
    {
        const QJsonDocument document =
            QJsonDocument::fromJson(text(CopyFormat::Json, {0, 1, 2}).toUtf8());
        QCOMPARE(document.array().size(), 2);
        QCOMPARE(document.array()[0].toObject()[QStringLiteral("id")].toInt(), 1);
        QVERIFY(document.array()[1].toObject()[QStringLiteral("born")].isNull());
        QCOMPARE(document.array()[1].toObject()[QStringLiteral("title")].toString(),
                 QStringLiteral("it's, \"so\" | far"));
    }

    void markdownEscapesBarsAndLineBreaks()
    {
        QCOMPARE(
            text(CopyFormat::Markdown, {1}, 1, 2),
            QStringLiteral("| title |\n| --- |\n| it's, \"so\" \\| far |\n| two<br>lines |\n"));
    }

    void insertQuotesAsSqlDoes()
    {
        QCOMPARE(text(CopyFormat::Insert, {0, 1, 2}),
                 QStringLiteral("INSERT INTO \"book\" (\"id\", \"title\", \"born\") VALUES (1, "
                                "'Emma', '1999-03-04');\n"
                                "INSERT INTO \"book\" (\"id\", \"title\", \"born\") VALUES (2, "
                                "'it''s, \"so\" | far', NULL);\n"));
    }

    void filtersAreCallsOfTheNotation()
    {
        QCOMPARE(text(CopyFormat::Filter, {0}, 0, 0), QStringLiteral(".filter(id=1)"));
        QCOMPARE(text(CopyFormat::Filter, {0}, 0, 2), QStringLiteral(".filter(id__in=[1, 2, 3])"));
        QCOMPARE(text(CopyFormat::Filter, {2}, 1, 1), QStringLiteral(".filter(born__isnull=True)"));
        QCOMPARE(text(CopyFormat::Filter, {2}, 0, 2),
                 QStringLiteral(".filter(Q(born=date(1999, 3, 4)) | Q(born__isnull=True))"));
        QCOMPARE(text(CopyFormat::Filter, {0, 1}, 0, 0),
                 QStringLiteral(".filter(id=1, title='Emma')"));
        QCOMPARE(
            text(CopyFormat::Filter, {0, 2}),
            QStringLiteral(".filter(Q(id=1, born=date(1999, 3, 4)) | Q(id=2, born__isnull=True))"));
    }

    void nothingSelectedIsNoText() { QCOMPARE(resultText(rows, {}, CopyFormat::Json), QString()); }
};

QTEST_GUILESS_MAIN(ResultTextTest)
#include "tst_resulttext.moc"
