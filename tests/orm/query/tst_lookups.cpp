#include "orm/query/lookups.h"
#include "tests/support/querybuilder.h"
#include "tests/support/raises.h"
#include "tests/support/schemafile.h"

using namespace heddle;
using namespace heddle::test;
using namespace Qt::Literals::StringLiterals;

Q_DECLARE_METATYPE(FieldKind)
Q_DECLARE_METATYPE(Value)

/// Which lookups a type has, and what becomes of the values that they are given.
class TestLookups : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyTypeHasItsLookups()
    {
        const auto has = [](FieldKind kind, const char *lookup) {
            return lookupNames(fieldType(kind), false).contains(QLatin1String(lookup));
        };
        for (FieldKind kind : {FieldKind::Integer, FieldKind::Char, FieldKind::Date,
                               FieldKind::Decimal, FieldKind::Boolean})
            for (const char *lookup :
                 {"exact", "iexact", "contains", "gt", "lte", "in", "range", "isnull", "regex"})
                QVERIFY(has(kind, lookup));
        QVERIFY(has(FieldKind::Date, "year") && has(FieldKind::Date, "week_day") &&
                !has(FieldKind::Date, "hour"));
        QVERIFY(has(FieldKind::DateTime, "year") && has(FieldKind::DateTime, "hour") &&
                has(FieldKind::DateTime, "date"));
        QVERIFY(has(FieldKind::Time, "hour") && !has(FieldKind::Time, "year") &&
                !has(FieldKind::Time, "date"));
        QVERIFY(!has(FieldKind::Char, "year") && !has(FieldKind::Integer, "month"));
        const QStringList relation = lookupNames(fieldType(FieldKind::Integer), true);
        QCOMPARE(QSet<QString>(relation.begin(), relation.end()),
                 (QSet<QString>{u"exact"_s, u"gt"_s, u"gte"_s, u"lt"_s, u"lte"_s, u"in"_s,
                                u"isnull"_s}));
    }

    void namesAndKindsGoBothWays()
    {
        for (const QString &name : lookupNames(fieldType(FieldKind::DateTime), false)) {
            const LookupChain chain =
                resolveLookups(fieldType(FieldKind::DateTime), false, {}, {name});
            if (const auto part = transformByName(name)) {
                QCOMPARE(chain.transforms.size(), std::size_t(1));
                QCOMPARE(QLatin1String(transformName(chain.transforms[0])), name);
                QVERIFY(chain.lookup == LookupKind::Exact);
            } else {
                QCOMPARE(QLatin1String(lookupName(chain.lookup)), name);
            }
        }
    }

    void aTransformChangesTheTypeForWhatFollows()
    {
        const FieldType stamp = fieldType(FieldKind::DateTime);
        const LookupChain chain =
            resolveLookups(stamp, false, {}, {u"date"_s, u"year"_s, u"gte"_s});
        QCOMPARE(chain.transforms.size(), std::size_t(2));
        QVERIFY(chain.lookup == LookupKind::Gte);
        QVERIFY(typeAfter(stamp, chain.transforms).kind == FieldKind::Integer);
        QCOMPARE(
            errorOf([&] {
                resolveLookups(stamp, false, {}, {u"year"_s, u"month"_s});
            }),
            u"FieldError: Unsupported lookup 'month' for IntegerField or join on the field not permitted."_s);
        QVERIFY(errorOf([&] {
                    resolveLookups(stamp, false, {}, {u"date"_s, u"hour"_s});
                }).startsWith(u"FieldError: Unsupported lookup 'hour' for DateField"_s));
    }

    void valuesBecomeWhatTheFieldHolds_data()
    {
        QTest::addColumn<FieldKind>("kind");
        QTest::addColumn<Value>("given");
        QTest::addColumn<QString>("prepared");
        const auto row = [](const char *name, FieldKind kind, const Arg &given,
                            const char *prepared) {
            QTest::newRow(name) << kind << given.operand.value() << QString::fromUtf8(prepared);
        };
        row("integer of text", FieldKind::Integer, " 12 ", "12");
        row("integer of signed text", FieldKind::Integer, "+12", "12");
        row("integer of a float", FieldKind::Integer, 5.9, "5");
        row("integer of a negative float", FieldKind::Integer, -5.9, "-5");
        row("integer of true", FieldKind::Integer, true, "1");
        row("integer of a decimal", FieldKind::Integer, decimal("5.9"), "5");
        row("integer of more than 64 bits", FieldKind::Integer, "99999999999999999999",
            "99999999999999999999");
        row("integer of a huge float", FieldKind::BigInteger, 1e20, "100000000000000000000");
        row("integer of None", FieldKind::Integer, nullptr, "None");
        row("float of text", FieldKind::Float, "1.5", "1.5");
        row("float of an integer", FieldKind::Float, 2, "2.0");
        row("decimal of text", FieldKind::Decimal, "1.50", "Decimal('1.50')");
        row("decimal of an integer", FieldKind::Decimal, 3, "Decimal('3')");
        row("decimal of a float", FieldKind::Decimal, 0.1, "Decimal('0.1')");
        row("boolean of a word", FieldKind::Boolean, "True", "True");
        row("boolean of a letter", FieldKind::Boolean, "f", "False");
        row("boolean of a number", FieldKind::Boolean, 1, "True");
        row("text of a number", FieldKind::Char, 12, "'12'");
        row("text of a decimal", FieldKind::Text, decimal("1.50"), "'1.50'");
        row("date of text", FieldKind::Date, "2020-02-29", "datetime.date(2020, 2, 29)");
        row("date of short text", FieldKind::Date, "2020-1-5", "datetime.date(2020, 1, 5)");
        row("datetime of a day", FieldKind::DateTime, "2020-01-05",
            "datetime.datetime(2020, 1, 5, 0, 0)");
        row("date of a datetime", FieldKind::Date, dateTime("2020-02-29 10:00:00"),
            "datetime.date(2020, 2, 29)");
        row("datetime of a date", FieldKind::DateTime, date("2020-02-29"),
            "datetime.datetime(2020, 2, 29, 0, 0)");
        row("datetime of text", FieldKind::DateTime, "2020-02-29T10:11:12.5",
            "datetime.datetime(2020, 2, 29, 10, 11, 12, 500000)");
        row("time of text", FieldKind::Time, "08:30", "datetime.time(8, 30)");
        row("duration of text", FieldKind::Duration, "1 02:03:04",
            "datetime.timedelta(days=1, seconds=7384)");
        row("uuid of text without dashes", FieldKind::Uuid, "12345678123456781234567812345678",
            "UUID('12345678-1234-5678-1234-567812345678')");
    }
    void valuesBecomeWhatTheFieldHolds()
    {
        QFETCH(FieldKind, kind);
        QFETCH(Value, given);
        QFETCH(QString, prepared);
        QCOMPARE(prepareValue(fieldType(kind), u"x"_s, given).toRepr(), prepared);
    }

    void valuesThatDoNotFitAreRefused_data()
    {
        QTest::addColumn<FieldKind>("kind");
        QTest::addColumn<Value>("given");
        QTest::addColumn<QString>("error");
        const auto row = [](const char *name, FieldKind kind, const Arg &given, const char *error) {
            QTest::newRow(name) << kind << given.operand.value() << QString::fromUtf8(error);
        };
        row("a word for an integer", FieldKind::Integer, "abc",
            "ValueError: Field 'x' expected a number but got 'abc'.");
        row("an empty text", FieldKind::Integer, "",
            "ValueError: Field 'x' expected a number but got ''.");
        row("a float as text", FieldKind::Integer, "1.5",
            "ValueError: Field 'x' expected a number but got '1.5'.");
        row("infinity", FieldKind::Integer, std::numeric_limits<double>::infinity(),
            "OverflowError: Field 'x' expected a number but got inf.");
        row("a date for an integer", FieldKind::Integer, date("2020-01-01"),
            "TypeError: Field 'x' expected a number but got datetime.date(2020, 1, 1).");
        row("a word for a float", FieldKind::Float, "abc",
            "ValueError: Field 'x' expected a number but got 'abc'.");
        row("a word for a decimal", FieldKind::Decimal, "abc",
            "ValidationError: ['“abc” value must be a decimal number.']");
        row("not a number for a decimal", FieldKind::Decimal,
            std::numeric_limits<double>::quiet_NaN(),
            "ValidationError: ['“nan” value must be a decimal number.']");
        row("a word for a boolean", FieldKind::Boolean, "yes",
            "ValidationError: ['“yes” value must be either True or False.']");
        row("two for a boolean", FieldKind::Boolean, 2,
            "ValidationError: ['“2” value must be either True or False.']");
        row("a day that is none", FieldKind::Date, "2021-02-29",
            "ValidationError: ['“2021-02-29” value has the correct format (YYYY-MM-DD) but it is "
            "an invalid date.']");
        row("no date at all", FieldKind::Date, "soon",
            "ValidationError: ['“soon” value has an invalid date format. It must be in YYYY-MM-DD "
            "format.']");
        row("a number for a date", FieldKind::Date, 5,
            "TypeError: fromisoformat: argument must be str");
        row("no datetime", FieldKind::DateTime, "soon",
            "ValidationError: ['“soon” value has an invalid format. It must be in YYYY-MM-DD "
            "HH:MM[:ss[.uuuuuu]][TZ] format.']");
        row("no time", FieldKind::Time, "soon",
            "ValidationError: ['“soon” value has an invalid format. It must be in "
            "HH:MM[:ss[.uuuuuu]] format.']");
        row("a datetime that is none", FieldKind::DateTime, "2021-02-29 10:00",
            "ValidationError: ['“2021-02-29 10:00” value has the correct format (YYYY-MM-DD "
            "HH:MM[:ss[.uuuuuu]][TZ]) but it is an invalid date/time.']");
        row("a datetime's day that is none", FieldKind::DateTime, "2021-02-29",
            "ValidationError: ['“2021-02-29” value has the correct format (YYYY-MM-DD) but it is "
            "an invalid date.']");
        row("a time that is none", FieldKind::Time, "25:00",
            "ValidationError: ['“25:00” value has the correct format (HH:MM[:ss[.uuuuuu]]) but it "
            "is an invalid time.']");
        row("no uuid", FieldKind::Uuid, "soon", "ValidationError: ['“soon” is not a valid UUID.']");
    }
    void valuesThatDoNotFitAreRefused()
    {
        QFETCH(FieldKind, kind);
        QFETCH(Value, given);
        QFETCH(QString, error);
        QCOMPARE(errorOf([&] { prepareValue(fieldType(kind), u"x"_s, given); }), error);
    }

    void closeMatchesAreTheMostAlikeFirst()
    {
        const QStringList words{u"contains"_s, u"icontains"_s, u"startswith"_s, u"gt"_s};
        QCOMPARE(closeMatches(u"contain"_s, words), (QStringList{u"contains"_s, u"icontains"_s}));
        QCOMPARE(closeMatches(u"startwith"_s, words), QStringList{u"startswith"_s});
        QCOMPARE(closeMatches(u"nosuch"_s, words), QStringList());
        QCOMPARE(closeMatches(u""_s, words), QStringList());
        QCOMPARE(closeMatches(u"aa"_s, {u"aab"_s, u"aac"_s, u"aad"_s, u"aae"_s}).size(), 3);
    }

    void constructKnowsEveryName()
    {
        QVERIFY(expr::expressionNames().contains(u"Count"_s) &&
                expr::expressionNames().contains(u"Window"_s));
        QVERIFY(expr::fieldClassNames().contains(u"DecimalField"_s));
        QCOMPARE(expr::fieldClass(u"DecimalField"_s, {{u"max_digits"_s, Operand(Value(5))},
                                                      {u"decimal_places"_s, Operand(Value(2))}})
                     .toString(),
                 u"DecimalField(5,2)"_s);
        QCOMPARE(expr::className(*call("Count", {"review"})), u"Count"_s);
        QCOMPARE(expr::defaultAlias(*call("Count", {"review"})), u"review__count"_s);
        QVERIFY(expr::containsAggregate(*plus(call("Count", {"review"}), value(1))));
        QVERIFY(!expr::containsAggregate(*call("Upper", {"title"})));
    }
};

QTEST_GUILESS_MAIN(TestLookups)
#include "tst_lookups.moc"
