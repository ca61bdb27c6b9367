#include "tests/ui/views/sampleschema.h"
#include "ui/models/schemamodel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QtTest>

using namespace heddle;
using namespace heddle::ui;

class SchemaModelTest final : public QObject {
    Q_OBJECT
private:
    /// The tree as text, two spaces a level: "name [detail]", relations by their arrow.
    static QStringList printed(const QAbstractItemModel &model, const QModelIndex &parent = {},
                               int depth = 0)
    {
        static const QStringList signs{QString(),
                                       QString(),
                                       QString(),
                                       QStringLiteral("-> "),
                                       QStringLiteral("<- "),
                                       QStringLiteral("<-> ")};
        QStringList lines;
        for (int row = 0; row < model.rowCount(parent); ++row) {
            const QModelIndex index = model.index(row, 0, parent);
            lines.append(QString(depth * 2, u' ') +
                         signs[index.data(SchemaModel::KindRole).toInt()] +
                         index.data().toString() + QStringLiteral(" [") +
                         index.data(SchemaModel::DetailRole).toString() + u']');
            lines.append(printed(model, index, depth + 1));
        }
        return lines;
    }
    static void fill(SchemaModel &model)
    {
        model.setRegistry(heddle::testing::bookshopRegistry(), QStringLiteral("bookshop"),
                          QStringLiteral("SQLite · WAL"));
    }

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English)); }

    void modelsFieldsAndRelationsOfBothDirectionsAreListed()
    {
        SchemaModel model;
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        fill(model);
        const QStringList lines = printed(model);
        QCOMPARE(lines[0], QStringLiteral("bookshop [SQLite · WAL]"));
        const QStringList author{QStringLiteral("  Author [5,000]"),
                                 QStringLiteral("    id [integer]"),
                                 QStringLiteral("    name [text]"),
                                 QStringLiteral("    born [date?]"),
                                 QStringLiteral("    -> publisher [Publisher]"),
                                 QStringLiteral("    <- book_set [Book ×n]")};
        QCOMPARE(lines.mid(1, 6), author);
        QVERIFY(lines.contains(QStringLiteral("    title [text · index]")));
        QVERIFY(lines.contains(QStringLiteral("    <-> genre_set [Genre ×n]")));
        QVERIFY(lines.contains(QStringLiteral("    <- review_set [Review ×n]")));
        QCOMPARE(model.modelCount(), 6);
    }

    void keysAreMarkedAndRelationsKnowTheirTarget()
    {
        SchemaModel model;
        fill(model);
        const QModelIndex author = model.indexOfModel(QStringLiteral("Author"));
        QVERIFY(model.index(0, 0, author).data(SchemaModel::IsKeyRole).toBool());
        QVERIFY(!model.index(1, 0, author).data(SchemaModel::IsKeyRole).toBool());
        QCOMPARE(model.index(3, 0, author).data(SchemaModel::TargetRole).toString(),
                 QStringLiteral("Publisher"));
        QCOMPARE(model.index(3, 0, author).data(SchemaModel::ModelNameRole).toString(),
                 QStringLiteral("Author"));
    }

    void aRowEstimateMayComeLater()
    {
        SchemaModel model;
        fill(model);
        QSignalSpy changes(&model, &SchemaModel::dataChanged);
        model.setRowEstimate(QStringLiteral("Genre"), 25);
        QCOMPARE(changes.size(), 1);
        QCOMPARE(
            model.indexOfModel(QStringLiteral("Genre")).data(SchemaModel::DetailRole).toString(),
            QStringLiteral("25"));
        model.setRowEstimate(QStringLiteral("Nobody"), 1);
        QCOMPARE(changes.size(), 1);
    }

    void theFilterKeepsMatchesAndWhatTheyStandIn_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("names");
        QTest::newRow("a field") << QStringLiteral("born")
                                 << QStringList{QStringLiteral("bookshop"),
                                                QStringLiteral("Author"), QStringLiteral("born")};
        QTest::newRow("a model shows its fields")
            << QStringLiteral("GENRE")
            << QStringList{QStringLiteral("bookshop"), QStringLiteral("Book"),
                           QStringLiteral("genre_set")};
        QTest::newRow("model.field")
            << QStringLiteral("review.rat")
            << QStringList{QStringLiteral("bookshop"), QStringLiteral("Review"),
                           QStringLiteral("rating")};
        QTest::newRow("nothing") << QStringLiteral("zebra") << QStringList{};
    }
    void theFilterKeepsMatchesAndWhatTheyStandIn()
    {
        QFETCH(QString, text);
        QFETCH(QStringList, names);
        SchemaModel model;
        fill(model);
        SchemaFilter filter;
        QAbstractItemModelTester tester(&filter,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        filter.setSourceModel(&model);
        filter.setText(text);
        QStringList found;
        for (QModelIndex index = filter.index(0, 0); index.isValid();
             index = filter.index(0, 0, index))
            found.append(index.data().toString());
        QCOMPARE(found, names);
    }

    void clearingLeavesNothing()
    {
        SchemaModel model;
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        fill(model);
        model.clear();
        QCOMPARE(model.rowCount(), 0);
        QVERIFY(!model.indexOfModel(QStringLiteral("Author")).isValid());
    }
};

QTEST_GUILESS_MAIN(SchemaModelTest)
#include "tst_schemamodel.moc"
