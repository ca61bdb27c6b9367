#include "tests/ui/views/samplerows.h"
#include "ui/models/resultmodel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QtTest>

using namespace heddle;
using namespace heddle::ui;
using heddle::testing::bookBatch;
using heddle::testing::bookColumns;

class ResultModelTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theFirstBatchShowsAtOnceAndLaterOnesTogether()
    {
        ResultModel model;
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        QSignalSpy inserted(&model, &ResultModel::rowsInserted);
        model.begin(bookColumns());
        model.appendBatch(bookBatch(1, 10));
        QCOMPARE(model.rowCount(), 10);
        for (int i = 0; i < 5; ++i)
            model.appendBatch(bookBatch(11 + i * 10, 10));
        QCOMPARE(model.rows().rowCount(), 60);
        QTRY_COMPARE(model.rowCount(), 60);
        QCOMPARE(inserted.size(), 2);
        QCOMPARE(model.displayText(59, 0), QStringLiteral("60"));
    }

    void finishingShowsWhatIsLeft()
    {
        ResultModel model;
        model.begin(bookColumns());
        model.appendBatch(bookBatch(1, 10));
        model.appendBatch(bookBatch(11, 10));
        model.finish(ResultState::Complete, {}, std::chrono::milliseconds(31));
        QCOMPARE(model.rowCount(), 20);
        QCOMPARE(model.statusText(), QStringLiteral("20 rows in 31 ms"));
    }

    void batchesAfterTheEndAreIgnored()
    {
        ResultModel model;
        model.begin(bookColumns());
        model.finish(ResultState::Cancelled, QStringLiteral("Stopped."),
                     std::chrono::milliseconds(5));
        model.appendBatch(bookBatch(1, 10));
        QCOMPARE(model.rowCount(), 0);
        QCOMPARE(model.statusText(), QStringLiteral("Stopped after 0 rows, 5 ms"));
    }

    void aBatchOfAnotherWidthEndsTheResultWithASentence()
    {
        ResultModel model;
        model.begin({QStringLiteral("only")});
        model.appendBatch(bookBatch(1, 10));
        QCOMPARE(model.state(), ResultState::Failed);
        QVERIFY(!model.message().isEmpty());
    }

    void cellsReadAsTextNumbersRightAlignedAndNullMarked()
    {
        ResultModel model;
        model.begin(bookColumns());
        model.appendBatch(bookBatch(1, 10));
        const auto text = [&](int row, int column) {
            return model.index(row, column).data().toString();
        };
        QCOMPARE(text(2, 1), QStringLiteral("Le Père Goriot 3"));
        QCOMPARE(text(0, 2), QStringLiteral("9.96"));
        QCOMPARE(text(2, 3), QStringLiteral("NULL"));
        QVERIFY(model.index(2, 3).data(ResultModel::NullRole).toBool());
        QVERIFY(!model.index(1, 3).data(ResultModel::NullRole).toBool());
        const auto alignment = [&](int column) {
            return model.index(0, column).data(Qt::TextAlignmentRole).toInt();
        };
        QVERIFY(alignment(0) & Qt::AlignRight);
        QVERIFY(alignment(2) & Qt::AlignRight);
        QVERIFY(alignment(1) & Qt::AlignLeft);
        QVERIFY(model.headerData(0, Qt::Horizontal, Qt::TextAlignmentRole).toInt() &
                Qt::AlignRight);
        QCOMPARE(model.headerData(1, Qt::Horizontal, Qt::DisplayRole).toString(),
                 QStringLiteral("title"));
        QCOMPARE(model.headerData(4, Qt::Vertical, Qt::DisplayRole).toInt(), 5);
    }

    void longAndManyLinedTextsBecomeOneShortLine()
    {
        RowBatchBuilder builder({{ColumnKind::Text}});
        builder.addText(0, "one\ntwo\tthree");
        builder.finishRow();
        std::string longText;
        for (int i = 0; i < 1000; ++i)
            longText += "ä";
        builder.addText(0, longText);
        builder.finishRow();
        ResultModel model;
        model.begin({QStringLiteral("t")});
        model.appendBatch(builder.take());
        QCOMPARE(model.displayText(0, 0), QStringLiteral("one⏎two three"));
        const QString cut = model.displayText(1, 0);
        QVERIFY(cut.size() < 450 && cut.endsWith(u'…') &&
                !cut.contains(QChar::ReplacementCharacter));
    }

    void beginningAgainForgetsTheOldRows()
    {
        ResultModel model;
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.begin(bookColumns());
        model.appendBatch(bookBatch(1, 10));
        model.appendBatch(bookBatch(11, 10));
        model.begin({QStringLiteral("count")});
        QCOMPARE(model.rowCount(), 0);
        QCOMPARE(model.columnCount(), 1);
        QTest::qWait(60); // the old result's timer must not fire into the new one
        QCOMPARE(model.rowCount(), 0);
        model.clear();
        QCOMPARE(model.columnCount(), 0);
        QCOMPARE(model.state(), ResultState::Empty);
    }
};

QTEST_GUILESS_MAIN(ResultModelTest)
#include "tst_resultmodel.moc"
