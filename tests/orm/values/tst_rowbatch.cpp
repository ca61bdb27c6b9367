#include "orm/values/rowbatch.h"

#include <QTest>

using namespace heddle;

class TestRowBatch : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void cellsReadAsTheyWereAdded();
    void nullsReadAsNullAndAsEmpty();
    void aStrayCellTurnsOnlyThisBatchesColumn();
    void typedCellsKeepTheirTypeInATurnedColumn();
    void aBatchWithoutNullsHoldsNoBitmap();
    void theBuilderStartsAgainAfterTake();
    void buffersFitExactly();
    void growingKeepsWhatIsThere();
    void emptyBatchesHaveTheirColumns();
};

namespace {

std::vector<ColumnType> bookTypes()
{
    return {{ColumnKind::Int64},
            {ColumnKind::Text},
            {ColumnKind::Double},
            {ColumnKind::Date},
            {ColumnKind::Bool}};
}

void addBook(RowBatchBuilder &b, int id, std::string_view title)
{
    b.addInt64(0, id);
    b.addText(1, title);
    b.addDouble(2, id / 2.0);
    b.addDate(3, Date{id});
    b.addBool(4, id % 2 == 0);
    b.finishRow();
}

} // namespace

void TestRowBatch::cellsReadAsTheyWereAdded()
{
    RowBatchBuilder b(bookTypes());
    addBook(b, 1, "Loom");
    addBook(b, 2, "");
    addBook(b, 3, "na\xc3\xafve");
    const RowBatchPtr batch = b.take();
    QCOMPARE(batch->rowCount(), 3);
    QCOMPARE(batch->columnCount(), 5);
    QCOMPARE(batch->column(0).int64(2), 3);
    QVERIFY(batch->column(1).view(0) == "Loom");
    QVERIFY(batch->column(1).view(1).empty());
    QVERIFY(batch->column(1).view(2) == "na\xc3\xafve");
    QCOMPARE(batch->column(2).number(0), 0.5);
    QCOMPARE(batch->column(3).date(1).days, 2);
    QVERIFY(batch->column(4).boolean(1));
    QVERIFY(batch->value(0, 1) == Value::text("Loom"));
    QCOMPARE(batch->value(2, 3).type(), Value::Type::Date);
}

void TestRowBatch::nullsReadAsNullAndAsEmpty()
{
    RowBatchBuilder b(bookTypes());
    for (int row = 0; row < 70; ++row) {
        for (int column = 0; column < 5; ++column)
            b.addNull(column);
        b.finishRow();
        addBook(b, row, "x");
    }
    const RowBatchPtr batch = b.take();
    QCOMPARE(batch->rowCount(), 140);
    for (int column = 0; column < 5; ++column) {
        QVERIFY(batch->column(column).hasNulls());
        QVERIFY(batch->column(column).isNull(138));
        QVERIFY(!batch->column(column).isNull(139));
        QVERIFY(batch->value(138, column).isNull());
    }
    QVERIFY(batch->column(1).view(138).empty());
    QCOMPARE(batch->column(0).int64(138), 0);
}

void TestRowBatch::aStrayCellTurnsOnlyThisBatchesColumn()
{
    RowBatchBuilder b(bookTypes());
    addBook(b, 1, "a");
    b.addValue(0, Value::text("not a number"));
    b.addText(1, "b");
    b.addNull(2);
    b.addNull(3);
    b.addNull(4);
    b.finishRow();
    addBook(b, 3, "c");
    const RowBatchPtr turned = b.take();
    QCOMPARE(turned->column(0).kind(), ColumnKind::Variant);
    QVERIFY(turned->value(0, 0) == Value(1));
    QVERIFY(turned->value(1, 0) == Value::text("not a number"));
    QVERIFY(turned->value(2, 0) == Value(3));
    QCOMPARE(turned->column(1).kind(), ColumnKind::Text);

    addBook(b, 4, "d");
    const RowBatchPtr next = b.take();
    QCOMPARE(next->column(0).kind(), ColumnKind::Int64);
    QCOMPARE(next->column(0).int64(0), 4);
    QVERIFY(!next->column(2).hasNulls());
}

void TestRowBatch::typedCellsKeepTheirTypeInATurnedColumn()
{
    RowBatchBuilder b({{ColumnKind::DateTime, -1, true},
                       {ColumnKind::Bytes},
                       {ColumnKind::Time},
                       {ColumnKind::Json}});
    const auto stray = [&b] {
        for (int column = 0; column < 4; ++column)
            b.addValue(column, Value(7));
        b.finishRow();
    };
    stray();
    b.addInt64(0, 5);
    b.addText(1, "raw");
    b.addInt64(2, 6);
    b.addText(3, "{}");
    b.finishRow();
    const RowBatchPtr batch = b.take();
    QCOMPARE(batch->value(1, 0).type(), Value::Type::DateTime);
    QCOMPARE(batch->value(1, 0).asDateTime().offsetSeconds, std::optional<std::int32_t>(0));
    QCOMPARE(batch->value(1, 1).type(), Value::Type::Bytes);
    QCOMPARE(batch->value(1, 2).type(), Value::Type::Time);
    QCOMPARE(batch->value(1, 3).type(), Value::Type::Json);
}

void TestRowBatch::aBatchWithoutNullsHoldsNoBitmap()
{
    RowBatchBuilder b(bookTypes());
    b.addNull(0);
    b.take(); // an unfinished row is no row, and its NULL must not show in the next batch
    addBook(b, 1, "a");
    QVERIFY(!b.take()->column(0).hasNulls());
}

void TestRowBatch::theBuilderStartsAgainAfterTake()
{
    RowBatchBuilder b(bookTypes());
    addBook(b, 1, "first");
    const RowBatchPtr first = b.take();
    QCOMPARE(b.rowCount(), 0);
    addBook(b, 2, "second");
    const RowBatchPtr second = b.take();
    QVERIFY(first->column(1).view(0) == "first");
    QVERIFY(second->column(1).view(0) == "second");
}

void TestRowBatch::buffersFitExactly()
{
    RowBatchBuilder b({{ColumnKind::Int64}, {ColumnKind::Text}});
    b.reserve(10'000);
    for (int i = 0; i < 1000; ++i) {
        b.addInt64(0, i);
        b.addText(1, "0123456789");
        b.finishRow();
    }
    const RowBatchPtr batch = b.take();
    // Every piece is filled up to 8 bytes.
    const std::size_t cells = 1000 * 8 + 1000 * 10 + (1001 * 4 + 4);
    QCOMPARE(batch->byteSize(), cells + sizeof(RowBatch) + 2 * sizeof(Column));
}

void TestRowBatch::growingKeepsWhatIsThere()
{
    RowBatchBuilder b({{ColumnKind::Text}, {ColumnKind::Decimal, 2}, {ColumnKind::Int64}});
    std::vector<std::string> texts;
    for (int i = 0; i < 3000; ++i) {
        texts.push_back(std::string(std::size_t(i % 50), char('a' + i % 26)));
        b.addText(0, texts.back());
        b.addValue(1, Value(Decimal(i, -2)));
        if (i == 100)
            b.addValue(2, Value(0.5));
        else
            b.addInt64(2, i);
        b.finishRow();
    }
    const RowBatchPtr batch = b.take();
    for (int i = 0; i < 3000; ++i) {
        QVERIFY(batch->column(0).view(i) == texts[std::size_t(i)]);
        QVERIFY(batch->value(i, 1) == Value(Decimal(i, -2)));
        QVERIFY(batch->value(i, 2) == (i == 100 ? Value(0.5) : Value(i)));
    }
}

void TestRowBatch::emptyBatchesHaveTheirColumns()
{
    RowBatchBuilder b(bookTypes());
    const RowBatchPtr batch = b.take();
    QCOMPARE(batch->rowCount(), 0);
    QCOMPARE(batch->columnCount(), 5);
    QCOMPARE(batch->column(1).kind(), ColumnKind::Text);
    QCOMPARE(batch->column(1).size(), 0);
}

QTEST_GUILESS_MAIN(TestRowBatch)
#include "tst_rowbatch.moc"
