#include "orm/values/pythontext.h"
#include "orm/values/value.h"

#include <QJsonDocument>
#include <QTest>
#include <cmath>
#include <limits>

using namespace heddle;
using namespace Qt::Literals::StringLiterals;

Q_DECLARE_METATYPE(heddle::Value)

namespace {

Value decimal(const char *text)
{
    return Value(*Decimal::parse(text));
}
Value text(const char *utf8)
{
    return Value::text(utf8);
}
Value big(const char *digits)
{
    return Value(BigInt{digits});
}
Value moment(const char *iso)
{
    return Value(*DateTime::parse(iso));
}
Value json(const char *text)
{
    return Value(Json{text});
}

const double Infinity = std::numeric_limits<double>::infinity();
const double NaN = std::numeric_limits<double>::quiet_NaN();

} // namespace

class TestValue : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void textIsAsPythonPrintsIt_data();
    void textIsAsPythonPrintsIt();
    void floatsPrintAsPythonsRepr_data();
    void floatsPrintAsPythonsRepr();
    void jsonIsValidAndExact_data();
    void jsonIsValidAndExact();
    void equalValuesHashAlike_data();
    void equalValuesHashAlike();
    void differentValuesAreNotEqual_data();
    void differentValuesAreNotEqual();
    void orderIsPythons_data();
    void orderIsPythons();
    void whatPythonDoesNotOrderHasNoOrder_data();
    void whatPythonDoesNotOrderHasNoOrder();
};

void TestValue::textIsAsPythonPrintsIt_data()
{
    QTest::addColumn<Value>("value");
    QTest::addColumn<QString>("display");
    QTest::addColumn<QString>("repr");
    const auto row = [](const char *name, const Value &value, const char *display,
                        const char *repr) {
        QTest::newRow(name) << value << QString::fromUtf8(display) << QString::fromUtf8(repr);
    };
    row("null", Value(), "None", "None");
    row("true", Value(true), "True", "True");
    row("int", Value(-7), "-7", "-7");
    row("big int", big("123456789012345678901234567890"), "123456789012345678901234567890",
        "123456789012345678901234567890");
    row("float", Value(1.0), "1.0", "1.0");
    row("decimal", decimal("1.10"), "1.10", "Decimal('1.10')");
    row("text", text("it"), "it", "'it'");
    row("apostrophe", text("it's"), "it's", "\"it's\"");
    row("both quotes", text("it's \"so\""), "it's \"so\"", "'it\\'s \"so\"'");
    row("escapes", text("a\\b\n\t\x01\x7f"), "a\\b\n\t\x01\x7f", "'a\\\\b\\n\\t\\x01\\x7f'");
    row("letters", text("größe 名 😀"), "größe 名 😀", "'größe 名 😀'");
    row("invisible", text("\u00a0\u200b\u2028"), "\u00a0\u200b\u2028", "'\\xa0\\u200b\\u2028'");
    row("bytes", Value::bytes("it's"), "b\"it's\"", "b\"it's\"");
    row("more bytes", Value::bytes(QByteArray("a\0\xff\n\\\"", 6)), "b'a\\x00\\xff\\n\\\\\"'",
        "b'a\\x00\\xff\\n\\\\\"'");
    row("date", Value(Date::fromCivil(2021, 1, 2)), "2021-01-02", "datetime.date(2021, 1, 2)");
    row("time", Value(Time::fromHms(22, 53, 0)), "22:53:00", "datetime.time(22, 53)");
    row("time with fraction", Value(Time::fromHms(1, 2, 0, 30)), "01:02:00.000030",
        "datetime.time(1, 2, 0, 30)");
    row("datetime", moment("2021-01-01"), "2021-01-01 00:00:00",
        "datetime.datetime(2021, 1, 1, 0, 0)");
    row("datetime in UTC", moment("2021-01-01T10:20:30Z"), "2021-01-01 10:20:30+00:00",
        "datetime.datetime(2021, 1, 1, 10, 20, 30, tzinfo=datetime.timezone.utc)");
    row("datetime with offset", moment("2021-01-01T10:20:30-05:30"), "2021-01-01 10:20:30-05:30",
        "datetime.datetime(2021, 1, 1, 10, 20, 30, "
        "tzinfo=datetime.timezone(datetime.timedelta(days=-1, seconds=66600)))");
    row("duration", Value(Duration{86'403'000'000}), "1 day, 0:00:03",
        "datetime.timedelta(days=1, seconds=3)");
    row("negative duration", Value(Duration{-1}), "-1 day, 23:59:59.999999",
        "datetime.timedelta(days=-1, seconds=86399, microseconds=999999)");
    row("no duration", Value(Duration{}), "0:00:00", "datetime.timedelta(0)");
    row("uuid", Value(QUuid::fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8"_L1)),
        "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "UUID('6ba7b810-9dad-11d1-80b4-00c04fd430c8')");
    row("json", json(R"({"a":[1,2.50,true,null,"x"]})"), "{'a': [1, 2.5, True, None, 'x']}",
        "{'a': [1, 2.5, True, None, 'x']}");
    row("array", Value::array({Value(1), text("a"), Value()}), "[1, 'a', None]", "[1, 'a', None]");
}

void TestValue::textIsAsPythonPrintsIt()
{
    QFETCH(Value, value);
    QTEST(value.toDisplay(), "display");
    QTEST(value.toRepr(), "repr");
}

void TestValue::floatsPrintAsPythonsRepr_data()
{
    QTest::addColumn<double>("value");
    const auto row = [](double value, const char *expected) { QTest::newRow(expected) << value; };
    row(0.0, "0.0");
    row(-0.0, "-0.0");
    row(0.1, "0.1");
    row(100.0, "100.0");
    row(1e15, "1000000000000000.0");
    row(1e16, "1e+16");
    row(1.5e300, "1.5e+300");
    row(0.0001, "0.0001");
    row(0.00001, "1e-05");
    row(1.25e-7, "1.25e-07");
    row(5e-324, "5e-324");
    row(123456.789, "123456.789");
    row(2.0 / 3, "0.6666666666666666");
    row(NaN, "nan");
    row(Infinity, "inf");
    row(-Infinity, "-inf");
}

void TestValue::floatsPrintAsPythonsRepr()
{
    QFETCH(double, value);
    QCOMPARE(pythonFloat(value).c_str(), QTest::currentDataTag());
}

void TestValue::jsonIsValidAndExact_data()
{
    QTest::addColumn<Value>("value");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("null") << Value() << "null"_ba;
    QTest::newRow("bool") << Value(false) << "false"_ba;
    QTest::newRow("big int") << big("-18446744073709551616") << "-18446744073709551616"_ba;
    QTest::newRow("float") << Value(0.1) << "0.1"_ba;
    QTest::newRow("NaN") << Value(NaN) << "\"NaN\""_ba;
    QTest::newRow("infinity") << Value(-Infinity) << "\"-Infinity\""_ba;
    QTest::newRow("decimal") << decimal("1.90") << "\"1.90\""_ba;
    QTest::newRow("datetime") << moment("2021-01-01 10:00") << "\"2021-01-01T10:00:00\""_ba;
    QTest::newRow("duration") << Value(Duration{90'500'000}) << "90.5"_ba;
    QTest::newRow("bytes") << Value::bytes(QByteArray("\0\xff", 2)) << "\"AP8=\""_ba;
    QTest::newRow("escapes") << text("\"\\/\n\x01ü") << "\"\\\"\\\\/\\n\\u0001ü\""_ba;
    QTest::newRow("broken UTF-8") << text("a\xff"
                                          "b")
                                  << "\"a\xEF\xBF\xBD"
                                     "b\""_ba;
    QTest::newRow("json") << json("{ \"b\" : [1,2.50 , -3e5], \"a\":\"\\u00e4\\ud83d\\ude00\"}")
                          << "{\"b\": [1, 2.50, -3e5], \"a\": \"ä😀\"}"_ba;
    QTest::newRow("json with a lone surrogate")
        << json("\"\\ud800\"") << QByteArray("\"\xEF\xBF\xBD\"");
    QTest::newRow("no json at all") << json("[1,]") << "\"[1,]\""_ba;
    QTest::newRow("json too deep") << Value(Json{QByteArray(1000, '[') + QByteArray(1000, ']')})
                                   << '"' + QByteArray(1000, '[') + QByteArray(1000, ']') + '"';
    QTest::newRow("array") << Value::array({Value(1), decimal("2")}) << "[1, \"2\"]"_ba;
}

void TestValue::jsonIsValidAndExact()
{
    QFETCH(Value, value);
    const QByteArray actual = toJson(value);
    QTEST(actual, "expected");
    QVERIFY(!QJsonDocument::fromJson('[' + actual + ']').isNull());
}

void TestValue::equalValuesHashAlike_data()
{
    QTest::addColumn<Value>("a");
    QTest::addColumn<Value>("b");
    const auto row = [](const char *name, const Value &a, const Value &b) {
        QTest::newRow(name) << a << b;
    };
    row("True and 1", Value(true), Value(1));
    row("int and float", Value(1), Value(1.0));
    row("int and decimal", Value(1), decimal("1.000"));
    row("decimal and float", decimal("0.5"), Value(0.5));
    row("zeros", Value(0.0), Value(-0.0));
    row("negative zero", decimal("-0"), Value(0));
    row("negative", Value(-3), decimal("-3.0"));
    row("big int and float", big("1267650600228229401496703205376"), Value(0x1p100));
    row("big int and decimal", big("100000000000000000000"), decimal("1E+20"));
    row("least int", Value(std::numeric_limits<qint64>::min()), Value(-0x1p63));
    row("infinities", Value(Infinity), decimal("Infinity"));
    row("moments", moment("2021-01-01T12:00:00Z"), moment("2021-01-01T13:00:00+01:00"));
    row("json", json("{\"a\": 1, \"b\": 2}"), json("{\"b\":2,\"a\":1}"));
    row("arrays", Value::array({Value(1)}), Value::array({Value(true)}));
    row("nulls", Value(), Value());
}

void TestValue::equalValuesHashAlike()
{
    QFETCH(Value, a);
    QFETCH(Value, b);
    QVERIFY(a == b);
    QVERIFY(b == a);
    QCOMPARE(a.hash(), b.hash());
}

void TestValue::differentValuesAreNotEqual_data()
{
    QTest::addColumn<Value>("a");
    QTest::addColumn<Value>("b");
    const auto row = [](const char *name, const Value &a, const Value &b) {
        QTest::newRow(name) << a << b;
    };
    row("text and number", text("1"), Value(1));
    row("text and bytes", text("a"), Value::bytes("a"));
    row("NaN", Value(NaN), Value(NaN));
    row("decimal NaN", decimal("NaN"), decimal("NaN"));
    row("null and zero", Value(), Value(0));
    row("decimal and nearly the same float", decimal("0.1"), Value(0.1));
    row("an int that no float holds", Value(9007199254740993), Value(9007199254740992.0));
    row("date and its midnight", Value(Date{}), Value(DateTime{}));
    row("naive and aware", moment("2021-01-01"), moment("2021-01-01T00:00Z"));
}

void TestValue::differentValuesAreNotEqual()
{
    QFETCH(Value, a);
    QFETCH(Value, b);
    QVERIFY(!(a == b));
    QVERIFY(!(b == a));
}

void TestValue::orderIsPythons_data()
{
    QTest::addColumn<Value>("less");
    QTest::addColumn<Value>("more");
    const auto row = [](const char *name, const Value &a, const Value &b) {
        QTest::newRow(name) << a << b;
    };
    row("int and float", Value(1), Value(1.5));
    row("float and big int", Value(1e18), big("9223372036854775808"));
    row("minus infinity", Value(-Infinity), big("-100000000000000000000000"));
    row("decimal and float", decimal("0.1"), Value(0.1));
    row("2^53 + 1", Value(9007199254740992.0), Value(9007199254740993));
    row("texts", text("Z"), text("a"));
    row("code points, not UTF-16", text("\uffff"), text("\U00010000"));
    row("prefix", text("a"), text("ab"));
    row("bytes", Value::bytes("\x7f"), Value::bytes("\x80"));
    row("dates", Value(Date::fromCivil(1969, 12, 31)), Value(Date::fromCivil(1970, 1, 1)));
    row("moments", moment("2021-01-01T13:00:00+02:00"), moment("2021-01-01T12:00:00Z"));
    row("uuids", Value(QUuid::fromString("00000000-0000-0000-0000-0000000000ff"_L1)),
        Value(QUuid::fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8"_L1)));
    row("arrays", Value::array({Value(1), Value(2)}), Value::array({Value(1), Value(3)}));
    row("a shorter array", Value::array({Value(1)}), Value::array({Value(1), Value()}));
}

void TestValue::orderIsPythons()
{
    QFETCH(Value, less);
    QFETCH(Value, more);
    QVERIFY(Value::compare(less, more) == std::weak_ordering::less);
    QVERIFY(Value::compare(more, less) == std::weak_ordering::greater);
    QVERIFY(Value::compare(less, less) == std::weak_ordering::equivalent);
}

void TestValue::whatPythonDoesNotOrderHasNoOrder_data()
{
    QTest::addColumn<Value>("a");
    QTest::addColumn<Value>("b");
    QTest::newRow("text and number") << text("1") << Value(1);
    QTest::newRow("nulls") << Value() << Value();
    QTest::newRow("NaN") << Value(NaN) << Value(1);
    QTest::newRow("naive and aware") << moment("2021-01-01") << moment("2021-01-01T00:00Z");
    QTest::newRow("objects") << json("{}") << json("{}");
}

void TestValue::whatPythonDoesNotOrderHasNoOrder()
{
    QFETCH(Value, a);
    QFETCH(Value, b);
    QVERIFY(!Value::compare(a, b));
    QCOMPARE(a.isNan(), QByteArray(QTest::currentDataTag()) == "NaN");
}

QTEST_GUILESS_MAIN(TestValue)
#include "tst_value.moc"
