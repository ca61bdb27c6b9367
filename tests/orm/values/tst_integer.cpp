#include "orm/values/errors.h"
#include "orm/values/integer.h"

#include <QTest>
#include <cmath>
#include <functional>
#include <limits>

using namespace heddle;
using namespace Qt::Literals::StringLiterals;

static Value number(const QString &text)
{
    return integer::fromText(text.toStdString(), 0).value_or(Value());
}

/// The expectations are what Python prints.
class TestInteger : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void arithmeticIsPythons_data();
    void arithmeticIsPythons();
    void resultsAreAsShortAsTheyCanBe();
    void divisionByZeroIsPythonsError();
    void resultsAreBounded();
    void textIsReadAsPythonReadsIt_data();
    void textIsReadAsPythonReadsIt();
    void doublesConvertBothWays();
    void onlyIntegersAreTaken();
};

void TestInteger::arithmeticIsPythons_data()
{
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *expression, const char *expected) {
        QTest::newRow(expression) << QString::fromLatin1(expected);
    };
    row("2 + 3", "5");
    row("9223372036854775807 + 1", "9223372036854775808");
    row("9223372036854775808 - 1", "9223372036854775807");
    row("-9223372036854775808 - 1", "-9223372036854775809");
    row("4294967296 * 4294967296", "18446744073709551616");
    row("7 // 2", "3");
    row("-7 // 2", "-4");
    row("7 // -2", "-4");
    row("-9223372036854775808 // -1", "9223372036854775808");
    row("-18446744073709551617 // 2", "-9223372036854775809");
    row("7 % 3", "1");
    row("-7 % 3", "2");
    row("7 % -3", "-2");
    row("-9223372036854775808 % -1", "0");
    row("-18446744073709551617 % 10", "3");
    row("7 / 2", "3.5");
    row("9007199254740993 / 1", "9007199254740992.0");
    row("18446744073709551617 / 3", "6.148914691236517e+18");
    row("2 ** 10", "1024");
    row("2 ** 64", "18446744073709551616");
    row("-3 ** 3", "-27");
    row("2 ** -1", "0.5");
    row("0 ** 0", "1");
    row("-1 ** 1000000000000000000000", "1");
    row("12 & 10", "8");
    row("-1 & 18446744073709551615", "18446744073709551615");
    row("-18446744073709551616 | 1", "-18446744073709551615");
    row("-18446744073709551616 ^ -1", "18446744073709551615");
    row("1 << 64", "18446744073709551616");
    row("-1 << 64", "-18446744073709551616");
    row("18446744073709551616 >> 64", "1");
    row("-1 >> 5", "-1");
    row("-5 >> 1", "-3");
    row("5 >> 1000000", "0");
}

void TestInteger::arithmeticIsPythons()
{
    const QStringList parts = QString::fromLatin1(QTest::currentDataTag()).split(u' ');
    using Operation = std::function<Value(const Value &, const Value &)>;
    const QHash<QString, Operation> operations = {
        {u"+"_s, integer::add},        {u"-"_s, integer::subtract},
        {u"*"_s, integer::multiply},   {u"//"_s, integer::floorDivide},
        {u"%"_s, integer::modulo},     {u"/"_s, integer::trueDivide},
        {u"**"_s, integer::power},     {u"&"_s, integer::bitAnd},
        {u"|"_s, integer::bitOr},      {u"^"_s, integer::bitXor},
        {u"<<"_s, integer::shiftLeft}, {u">>"_s, integer::shiftRight},
    };
    QTEST(operations[parts[1]](number(parts[0]), number(parts[2])).toRepr(), "expected");
}

void TestInteger::resultsAreAsShortAsTheyCanBe()
{
    const Value large = integer::add(Value(std::numeric_limits<qint64>::max()), Value(1));
    QCOMPARE(large.type(), Value::Type::BigInt);
    const Value back = integer::subtract(large, Value(1));
    QCOMPARE(back.type(), Value::Type::Int);
    QCOMPARE(integer::negate(large), Value(std::numeric_limits<qint64>::min()));
    QCOMPARE(integer::negate(large).type(), Value::Type::Int);
    QCOMPARE(integer::absolute(Value(std::numeric_limits<qint64>::min())), large);
    QCOMPARE(integer::invert(Value(true)), Value(-2));
    QCOMPARE(integer::compare(large, back), 1);
    QCOMPARE(integer::compare(integer::negate(large), Value(false)), -1);
}

void TestInteger::divisionByZeroIsPythonsError()
{
    QVERIFY_THROWS_EXCEPTION(ZeroDivisionError, integer::floorDivide(Value(1), Value(0)));
    QVERIFY_THROWS_EXCEPTION(ZeroDivisionError, integer::modulo(Value(1), Value(false)));
    QVERIFY_THROWS_EXCEPTION(ZeroDivisionError, integer::trueDivide(Value(1), Value(0)));
    QVERIFY_THROWS_EXCEPTION(ZeroDivisionError, integer::power(Value(0), Value(-1)));
    QVERIFY_THROWS_EXCEPTION(ValueError, integer::shiftLeft(Value(1), Value(-1)));
}

void TestInteger::resultsAreBounded()
{
    const Value large = integer::power(Value(2), Value(90'000));
    QVERIFY_THROWS_EXCEPTION(OverflowError, integer::multiply(large, large));
    QVERIFY_THROWS_EXCEPTION(OverflowError, integer::power(Value(10), Value(1'000'000'000)));
    QVERIFY_THROWS_EXCEPTION(OverflowError, integer::power(large, large));
    QVERIFY_THROWS_EXCEPTION(OverflowError, integer::shiftLeft(Value(1), large));
    QVERIFY_THROWS_EXCEPTION(OverflowError, integer::fromText(std::string(200'000, '9')));
    QCOMPARE(integer::shiftLeft(Value(0), large), Value(0));
}

void TestInteger::textIsReadAsPythonReadsIt_data()
{
    QTest::addColumn<int>("base");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *text, int base, const char *expected) {
        QTest::newRow(text) << base << QString::fromLatin1(expected);
    };
    row(" -12\n", 10, "-12");
    row("1_000", 10, "1000");
    row("0x_ff", 0, "255");
    row("0b101", 0, "5");
    row("ff", 16, "255");
    row("0o17", 8, "15");
    row("00", 0, "0");
    row("007", 10, "7");
    row("170141183460469231731687303715884105728", 10, "170141183460469231731687303715884105728");
    row("010", 0, "none");
    row("1__0", 10, "none");
    row("_1", 10, "none");
    row("1_", 10, "none");
    row("", 10, "none");
    row("-", 10, "none");
    row("1.0", 10, "none");
    row("12", 2, "none");
}

void TestInteger::textIsReadAsPythonReadsIt()
{
    QFETCH(int, base);
    const auto value = integer::fromText(QTest::currentDataTag(), base);
    QTEST((value ? value->toRepr() : u"none"_s), "expected");
}

void TestInteger::doublesConvertBothWays()
{
    QCOMPARE(integer::fromDouble(-2.9), Value(-2));
    QCOMPARE(integer::fromDouble(0x1p70).toRepr(), u"1180591620717411303424"_s);
    QCOMPARE(integer::toDouble(integer::fromDouble(-1e300)), -1e300);
    QVERIFY_THROWS_EXCEPTION(ValueError, integer::fromDouble(std::nan("")));
    QVERIFY_THROWS_EXCEPTION(OverflowError, integer::fromDouble(HUGE_VAL));
    QVERIFY_THROWS_EXCEPTION(OverflowError,
                             integer::toDouble(integer::power(Value(10), Value(400))));
    QCOMPARE(integer::fromDecimal(*Decimal::parse("-123.9E+20")).toRepr(),
             u"-12390000000000000000000"_s);
    QCOMPARE(integer::toText(Value(-255), 16), std::string("-ff"));
    QCOMPARE(integer::toText(Value(8), 2), std::string("1000"));
}

void TestInteger::onlyIntegersAreTaken()
{
    QVERIFY(integer::isInteger(Value(true)));
    QVERIFY(!integer::isInteger(Value(1.0)));
    QVERIFY_THROWS_EXCEPTION(TypeError, integer::add(Value(1), Value(1.5)));
}

QTEST_GUILESS_MAIN(TestInteger)
#include "tst_integer.moc"
