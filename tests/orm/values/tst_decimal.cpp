#include "orm/values/decimal.h"
#include "orm/values/errors.h"

#include <QTest>
#include <limits>
#include <stdexcept>

using namespace heddle;
using namespace Qt::Literals::StringLiterals;

namespace {

Decimal decimal(const QString &text)
{
    const auto value = Decimal::parse(text.toStdString());
    if (!value)
        qWarning("no decimal: %s", qPrintable(text));
    return value.value_or(Decimal());
}

} // namespace

/// Every expectation here is what Python's decimal module prints in its default context.
class TestDecimal : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void arithmeticIsPythons_data();
    void arithmeticIsPythons();
    void quantizingRoundsHalfEven_data();
    void quantizingRoundsHalfEven();
    void textIsPythons_data();
    void textIsPythons();
    void malformedTextIsNoDecimal_data();
    void malformedTextIsNoDecimal();
    void invalidOperationsThrow_data();
    void invalidOperationsThrow();
    void doublesConvertExactlyOrByTheirText();
    void integersAreTruncated_data();
    void integersAreTruncated();
    void trailingZerosDoNotMatterInComparisons();
    void hugeExponentsCostNothing();
};

void TestDecimal::arithmeticIsPythons_data()
{
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *expression, const char *expected) {
        QTest::newRow(expression) << QString::fromLatin1(expected);
    };
    row("1.10 + 2.2", "3.30");
    row("1E+30 + 1", "1.000000000000000000000000000E+30");
    row("-0 + -0", "-0");
    row("1 + 0E-40", "1.000000000000000000000000000");
    row("9223372036854775807 + 1", "9223372036854775808");
    row("1E+999 + 1E-999", "1.000000000000000000000000000E+999");
    row("1.10 - 1.10", "0.00");
    row("1 - 1E-30", "1.000000000000000000000000000");
    row("1.10 * 2", "2.20");
    row("-1 * 0", "-0");
    row("12345678901234567890 * 98765432109876543210", "1.219326311370217952237463801E+39");
    row("1 / 3", "0.3333333333333333333333333333");
    row("6.0 / 2", "3.0");
    row("1 / 8", "0.125");
    row("100 / 1E+2", "1.00");
    row("-2 / 3", "-0.6666666666666666666666666667");
    row("1E+20 / 7", "14285714285714285714.28571429");
    row("7 // 2", "3");
    row("-7 // 2", "-3");
    row("1.5 // 0.4", "3");
    row("7 % -2", "1");
    row("-7 % 2", "-1");
    row("1.5 % 0.4", "0.3");
    row("1E-5 % 3", "0.00001");
    row("2 ** 10", "1024");
    row("1.10 ** 2", "1.2100");
    row("2 ** -1", "0.5");
    row("2 ** 0.5", "1.414213562373095048801688724");
    row("4 ** 0.5", "2.000000000000000000000000000");
    row("-2 ** 3", "-8");
    row("0 ** 2", "0");
    row("3 ** 100", "5.153775207320113310364611298E+47");
    row("10 ** -28", "1E-28");
    row("1.5 ** 1.5", "1.837117307087383573647963056");
}

void TestDecimal::arithmeticIsPythons()
{
    const QStringList parts = QString::fromLatin1(QTest::currentDataTag()).split(u' ');
    const Decimal a = decimal(parts[0]), b = decimal(parts[2]);
    const QString &op = parts[1];
    const Decimal result = op == u"+"_s    ? a + b
                           : op == u"-"_s  ? a - b
                           : op == u"*"_s  ? a * b
                           : op == u"/"_s  ? a / b
                           : op == u"//"_s ? Decimal::floorDivide(a, b)
                           : op == u"%"_s  ? Decimal::remainder(a, b)
                                           : Decimal::power(a, b);
    QTEST(result.toString(), "expected");
}

void TestDecimal::quantizingRoundsHalfEven_data()
{
    QTest::addColumn<int>("places");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *text, int places, const char *expected) {
        QTest::newRow(text) << places << QString::fromLatin1(expected);
    };
    row("1.005", 2, "1.00");
    row("1.015", 2, "1.02");
    row("2.5", 0, "2");
    row("-2.5", 0, "-2");
    row("1", 2, "1.00");
    row("-0.001", 2, "-0.00");
    row("12345678901234567890.125", 2, "12345678901234567890.12");
    row("1E+5", 1, "100000.0");
    row("0.99999", 3, "1.000");
    row("9223372036854775807", 3, "9223372036854775807.000");
}

void TestDecimal::quantizingRoundsHalfEven()
{
    QFETCH(int, places);
    QTEST(decimal(QString::fromLatin1(QTest::currentDataTag())).quantized(places).toString(),
          "expected");
}

void TestDecimal::textIsPythons_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("plain");
    const auto row = [](const char *from, const char *text, const char *plain) {
        QTest::newRow(from) << QString::fromLatin1(text) << QString::fromLatin1(plain);
    };
    row("1.10", "1.10", "1.10");
    row("0.000001", "0.000001", "0.000001");
    row("0.0000001", "1E-7", "0.0000001");
    row("1E+3", "1E+3", "1000");
    row("-1E-10", "-1E-10", "-0.0000000001");
    row("0E+2", "0E+2", "0");
    row("0.00", "0.00", "0.00");
    row("123E-8", "0.00000123", "0.00000123");
    row("-0", "-0", "-0");
    row("NaN", "NaN", "NaN");
    row("-Infinity", "-Infinity", "-Infinity");
    row("1E-7", "1E-7", "0.0000001");
    row("12.34E+5", "1.234E+6", "1234000");
    row("000123", "123", "123");
}

void TestDecimal::textIsPythons()
{
    const Decimal value = decimal(QString::fromLatin1(QTest::currentDataTag()));
    QTEST(value.toString(), "text");
    QTEST(QString::fromStdString(value.toPlain()), "plain");
}

void TestDecimal::malformedTextIsNoDecimal_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text :
         {"", "-", ".", "1.2.3", "1e", "1e+-3", "e5", "0x10", "1 2", "--1", "1E+9999999", "1_0"})
        QTest::newRow(*text ? text : "nothing") << QString::fromLatin1(text);
}

void TestDecimal::malformedTextIsNoDecimal()
{
    QFETCH(QString, text);
    QVERIFY(!Decimal::parse(text.toStdString()));
}

void TestDecimal::invalidOperationsThrow_data()
{
    QTest::addColumn<QString>("a");
    QTest::addColumn<QString>("op");
    QTest::addColumn<QString>("b");
    QTest::newRow("division by zero") << u"1"_s << u"/"_s << u"0.00"_s;
    QTest::newRow("zero by zero") << u"0"_s << u"/"_s << u"0"_s;
    QTest::newRow("rest of zero") << u"1"_s << u"%"_s << u"0"_s;
    QTest::newRow("infinities") << u"Infinity"_s << u"-"_s << u"Infinity"_s;
    QTest::newRow("zero to zero") << u"0"_s << u"**"_s << u"0"_s;
    QTest::newRow("root of a negative") << u"-2"_s << u"**"_s << u"0.5"_s;
}

void TestDecimal::invalidOperationsThrow()
{
    QFETCH(QString, a);
    QFETCH(QString, op);
    QFETCH(QString, b);
    const Decimal x = decimal(a), y = decimal(b);
    QVERIFY_THROWS_EXCEPTION(std::domain_error, (op == u"/"_s    ? x / y
                                                 : op == u"%"_s  ? Decimal::remainder(x, y)
                                                 : op == u"**"_s ? Decimal::power(x, y)
                                                                 : x - y));
}

void TestDecimal::doublesConvertExactlyOrByTheirText()
{
    QCOMPARE(Decimal::fromDouble(0.1).toString(),
             u"0.1000000000000000055511151231257827021181583404541015625"_s);
    QCOMPARE(Decimal::fromDouble(-2.5).toString(), u"-2.5"_s);
    QCOMPARE(Decimal::fromDouble(1e22).toString(), u"10000000000000000000000"_s);
    QCOMPARE(Decimal::fromRepr(0.1).toString(), u"0.1"_s);
    QCOMPARE(Decimal::fromRepr(1.0).toString(), u"1.0"_s);
    for (const double value : {0.1, -1e300, 5e-324, 123456.789, 0x1p63})
        QCOMPARE(Decimal::fromDouble(value).toDouble(), value);
    QVERIFY(Decimal::fromDouble(std::numeric_limits<double>::quiet_NaN()).isNan());
    QCOMPARE(decimal(u"1E+400"_s).toDouble(), std::numeric_limits<double>::infinity());
    QCOMPARE(decimal(u"-1E-400"_s).toDouble(), 0.0);
}

void TestDecimal::integersAreTruncated_data()
{
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *text, const char *expected) {
        QTest::newRow(text) << QString::fromLatin1(expected);
    };
    row("1.99", "1");
    row("-1.99", "-1");
    row("1E+3", "1000");
    row("0.000001", "0");
    row("9223372036854775807.9", "9223372036854775807");
    row("-9223372036854775808", "-9223372036854775808");
    row("9223372036854775808", "none");
    row("1E+999999", "none");
    row("NaN", "none");
}

void TestDecimal::integersAreTruncated()
{
    const auto value = decimal(QString::fromLatin1(QTest::currentDataTag())).toInt64();
    QTEST((value ? QString::number(*value) : u"none"_s), "expected");
}

void TestDecimal::trailingZerosDoNotMatterInComparisons()
{
    QVERIFY(decimal(u"1.10"_s) == decimal(u"1.1"_s));
    QVERIFY(decimal(u"1E+2"_s) == decimal(u"100"_s));
    QVERIFY(decimal(u"-0"_s) == decimal(u"0E+7"_s));
    QVERIFY(decimal(u"1.1"_s) < decimal(u"1.2"_s));
    QVERIFY(decimal(u"-Infinity"_s) < decimal(u"-1E+999999"_s));
    QVERIFY(decimal(u"NaN"_s) != decimal(u"NaN"_s));
    QCOMPARE(decimal(u"1.10"_s).hash(), decimal(u"1.1"_s).hash());
    QCOMPARE(decimal(u"120.00"_s).normalized().toString(), u"1.2E+2"_s);
    QCOMPARE(decimal(u"1.20"_s).exponent(), -2);
}

void TestDecimal::hugeExponentsCostNothing()
{
    const Decimal huge = decimal(u"1E+999999"_s), tiny = decimal(u"1E-999999"_s);
    QCOMPARE((huge + tiny).toString(), u"1.000000000000000000000000000E+999999"_s);
    QVERIFY(tiny < huge);
    QVERIFY_THROWS_EXCEPTION(OverflowError, huge * huge);
    QVERIFY_THROWS_EXCEPTION(OverflowError, huge.quantized(2));
    QVERIFY((tiny * tiny).isZero());
}

QTEST_GUILESS_MAIN(TestDecimal)
#include "tst_decimal.moc"
