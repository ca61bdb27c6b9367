#include "tests/app/cliprogram.h"
#include "tests/support/jsonschema.h"

#include <QJsonArray>
#include <QXmlStreamReader>
#include <QtTest>

using namespace heddle::app;
using heddle::test::Answer;
using namespace Qt::Literals::StringLiterals;

namespace {

/// The element that the reader stands on, with what is in it, as a JSON schema can look at it.
QJsonObject elementOf(QXmlStreamReader &xml)
{
    QJsonObject attributes;
    for (const QXmlStreamAttribute &attribute : xml.attributes())
        attributes[attribute.name().toString()] = attribute.value().toString();
    QJsonObject made{{u"element"_s, xml.name().toString()}, {u"attributes"_s, attributes}};
    QJsonArray children;
    QString text;
    while (!xml.atEnd() && xml.readNext() != QXmlStreamReader::EndElement) {
        if (xml.isStartElement())
            children.append(elementOf(xml));
        else if (xml.isCharacters() && !xml.isWhitespace())
            text += xml.text();
    }
    if (!children.isEmpty())
        made[u"children"_s] = children;
    if (!text.isEmpty())
        made[u"text"_s] = text;
    return made;
}

} // namespace

/// What heddle-cli makes of findings: reports for CI, fixes, comparisons; and the isolation lab.
class tst_CliFindings : public QObject, private heddle::test::CliProgram {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(makeShop()); }

    void aCheckFailsOnWhatTheAnalysisFinds()
    {
        const QString loop = write(u"loop.py"_s, "for b in Book.objects.order_by('pk')[:12]:\n"
                                                 "    print(b.author.name)\n");
        const QString fine = write(u"fine.py"_s, "print(Book.objects.count())\n");
        const QString meant =
            write(u"meant.py"_s, "for b in Book.objects.order_by('pk')[:12]:\n"
                                 "    print(b.author.name)  # heddle: expected a lesson\n");
        const Answer found = call({u"check"_s, u"--db"_s, m_shop, loop, fine});
        QCOMPARE(found.status, 1);
        QVERIFY2(found.out.contains("loop.py:2:"), found.out.constData());
        QVERIFY2(found.out.contains("warning"), found.out.constData());
        QVERIFY2(found.out.contains(".select_related('author')"), found.out.constData());
        QVERIFY2(found.out.contains("[n-plus-one-relation]"), found.out.constData());
        QCOMPARE(call({u"check"_s, u"--db"_s, m_shop, fine}).status, 0);
        QCOMPARE(call({u"check"_s, u"--db"_s, m_shop, meant}).status, 0);
        QCOMPARE(call({u"check"_s, u"--db"_s, m_shop, u"--fail-on"_s, u"severe"_s, loop}).status,
                 0);
        QCOMPARE(call({u"check"_s, u"--db"_s, m_shop, u"--max-queries"_s, u"0"_s, fine}).status, 1);
        QCOMPARE(call({u"check"_s, u"--db"_s, m_shop, u"--fail-on"_s, u"x"_s, fine}).status, 2);
    }

    void aChecksDocumentsAreWhatCiReads()
    {
        const QString loop = write(u"loop.py"_s, "for b in Book.objects.order_by('pk')[:12]:\n"
                                                 "    print(b.author.name)\n");
        const Answer json = call({u"check"_s, u"--db"_s, m_shop, u"--format"_s, u"json"_s, loop});
        const QJsonValue finding = json.json()[u"files"_s][0][u"findings"_s][0];
        QCOMPARE(finding[u"rule"_s].toString(), u"n-plus-one-relation"_s);
        QCOMPARE(finding[u"line"_s].toInt(), 2);
        QCOMPARE(finding[u"queries"_s].toInt(), 12);
        const Answer sarif = call({u"check"_s, u"--db"_s, m_shop, u"--format"_s, u"sarif"_s, loop});
        const QJsonObject schema = heddle::test::exportSchema(u"sarif.schema.json"_s);
        QCOMPARE(
            heddle::test::schemaError(QJsonDocument::fromJson(sarif.out).object(), schema, schema),
            QString());
        const QJsonValue change = QJsonDocument::fromJson(sarif.out)
                                      .object()[u"runs"_s][0][u"results"_s][0][u"fixes"_s][0]
                                               [u"artifactChanges"_s][0][u"replacements"_s][0];
        QCOMPARE(change[u"insertedContent"_s][u"text"_s].toString(),
                 finding[u"edits"_s][0][u"text"_s].toString());
        QCOMPARE(change[u"deletedRegion"_s][u"startLine"_s].toInt(), 1);
        const Answer junit = call({u"check"_s, u"--db"_s, m_shop, u"--format"_s, u"junit"_s, loop});
        QXmlStreamReader xml(junit.out);
        QVERIFY(xml.readNextStartElement());
        const QJsonObject suites = elementOf(xml);
        QVERIFY2(!xml.hasError(), junit.out.constData());
        const QJsonObject form = heddle::test::exportSchema(u"junit.schema.json"_s);
        QCOMPARE(heddle::test::schemaError(suites, form, form), QString());
        const QJsonValue suite = suites[u"children"_s][0];
        QCOMPARE(suite[u"attributes"_s][u"failures"_s].toString(), u"1"_s);
        const QJsonArray cases = suite[u"children"_s].toArray();
        QCOMPARE(suite[u"attributes"_s][u"tests"_s].toString(), QString::number(cases.size()));
        int failures = 0;
        for (const QJsonValue one : cases)
            failures += int(one[u"children"_s].toArray().size());
        QCOMPARE(failures, 1);
    }

    void theFixesOfAWorkbookAreADiffFirst()
    {
        const QByteArray before = "for b in Book.objects.order_by('pk')[:12]:\n"
                                  "    print(b.author.name)\n";
        const QString loop = write(u"fixed.py"_s, before);
        const auto text = [&] {
            QFile file(loop);
            return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        };
        const Answer diff = call({u"fix"_s, u"--db"_s, m_shop, loop});
        QCOMPARE(diff.status, 0);
        QVERIFY2(diff.out.contains("\n+for b in Book.objects.select_related('author')"
                                   ".order_by('pk')[:12]:\n"),
                 diff.out.constData());
        QVERIFY2(diff.err.contains("line 2: "), diff.err.constData());
        QCOMPARE(text(), before);
        const Answer as = call({u"run"_s, u"--db"_s, m_shop, loop});
        const Answer written = call({u"fix"_s, u"--db"_s, m_shop, u"--write"_s, loop});
        QCOMPARE(written.status, 0);
        QVERIFY(text() != before);
        QCOMPARE(call({u"run"_s, u"--db"_s, m_shop, loop}).out, as.out);
        QCOMPARE(call({u"check"_s, u"--db"_s, m_shop, u"--max-queries"_s, u"1"_s, loop}).status, 0);
        const Answer nothing = call({u"fix"_s, u"--db"_s, m_shop, loop});
        QCOMPARE(nothing.status, 0);
        QCOMPARE(nothing.out, QByteArray());

        const QString wrong = write(u"wrongfix.py"_s, "nope\n");
        const Answer refused = call({u"fix"_s, u"--db"_s, m_shop, wrong});
        QCOMPARE(refused.status, 1);
        QVERIFY2(refused.err.contains("wrongfix.py:1:1: NameError"), refused.err.constData());
        QCOMPARE(call({u"fix"_s, u"--db"_s, m_shop, u"--write"_s, u"-"_s}).status, 2);
    }

    void twoSavedRunsAreComparedLineByLine()
    {
        const auto traced = [&](const QString &name, const QByteArray &text) {
            const QString trace = m_folder.filePath(name + u".json"_s);
            const Answer done =
                call({u"run"_s, u"--db"_s, m_shop, u"--trace"_s, trace, u"--trace-format"_s,
                      u"heddle"_s, write(name + u".py"_s, text)});
            return done.status == 0 ? trace : QString();
        };
        const QString before = traced(u"before"_s, "for b in Book.objects.order_by('pk')[:12]:\n"
                                                   "    print(b.author.name)\n");
        const QString after =
            traced(u"after"_s, "for b in Book.objects.order_by('pk').select_related('author')[:12]:"
                               "\n    print(b.author.name)\n");
        const Answer text = call({u"compare"_s, before, after});
        QCOMPARE(text.status, 0);
        QVERIFY2(text.out.contains("  2  12 -> 0"), text.out.constData());
        QVERIFY2(text.out.contains("all  13 -> 1"), text.out.constData());
        QVERIFY2(text.out.contains("gone"), text.out.constData());
        const Answer json = call({u"compare"_s, u"--format"_s, u"json"_s, before, after});
        QCOMPARE(json.json()[u"before"_s][u"queries"_s].toInt(), 13);
        QCOMPARE(json.json()[u"after"_s][u"queries"_s].toInt(), 1);
        QCOMPARE(json.json()[u"lines"_s][1][u"line"_s].toInt(), 2);
        QCOMPARE(json.json()[u"lines"_s][1][u"statements"_s][0][u"before"_s][u"queries"_s].toInt(),
                 12);
        const Answer wrong = call({u"compare"_s, before, write(u"no.json"_s, "{}")});
        QCOMPARE(wrong.status, 1);
        QVERIFY2(wrong.err.contains("--trace-format heddle"), wrong.err.constData());
        QCOMPARE(call({u"compare"_s, before, m_folder.filePath(u"none"_s)}).status, 1);
        QCOMPARE(call({u"compare"_s, before}).status, 2);
    }

    void anomaliesAreNamedOnTheCommandLineToo()
    {
        const Answer run = call(
            {u"isolation"_s, u"--scenario"_s, u"lost-update"_s, u"--level"_s, u"autocommit"_s});
        QCOMPARE(run.status, 0);
        QVERIFY2(run.out.contains("! Lost update: step 6 of B wrote over"), run.out.constData());
        const Answer json =
            call({u"isolation"_s, u"--scenario"_s, u"phantom-read"_s, u"--format"_s, u"json"_s});
        QCOMPARE(json.json()[u"outcomes"_s].toArray().size(), 3);
        QCOMPARE(json.json()[u"outcomes"_s][0][u"anomalies"_s][0][u"anomaly"_s].toString(),
                 u"phantom-read"_s);
        QCOMPARE(json.json()[u"outcomes"_s][1][u"kept_snapshot"_s].toBool(), true);
        QCOMPARE(call({u"isolation"_s, u"--level"_s, u"serializable"_s}).status, 2); // not SQLite's
        QCOMPARE(call({u"isolation"_s, u"--scenario"_s, u"x"_s}).status, 2);
        const Answer file = call({u"isolation"_s, u"--db"_s, m_shop});
        QCOMPARE(file.status, 1); // a file of the user's is not touched
        QVERIFY2(file.err.contains("of its own"), file.err.constData());
    }
};

QTEST_GUILESS_MAIN(tst_CliFindings)
#include "tst_clifindings.moc"
