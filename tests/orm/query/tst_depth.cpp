#include "orm/query/query.h"

#include <QTest>

using namespace heddle;
using namespace Qt::Literals::StringLiterals;

/// Whatever a script builds in a loop ends with an error, never with a stack that is used up.
class DepthTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void conditionsStopNestingWithAnError()
    {
        const QPtr leaf = makeQ({{u"pk"_s, Operand(Value(1)), {}, {}}});
        QPtr q = leaf;
        QVERIFY_THROWS_EXCEPTION(RecursionError, for (int i = 0; i < 20'000; ++i) q =
                                                     negateQ(combineQ(q, leaf, Connector::Or)));
        QVERIFY(q->depth <= kMaximumDepth);
    }
    void expressionsStopNestingWithAnError()
    {
        ExprPtr e = expr::ref(u"pk"_s);
        QVERIFY_THROWS_EXCEPTION(RecursionError,
                                 for (int i = 0; i < 20'000; ++i) e =
                                     expr::combined(e, u"+"_s, expr::literal(Value(1))));
        QVERIFY(e->depth <= kMaximumDepth);
    }
    void callsStopNestingWithAnError()
    {
        ExprPtr e = expr::ref(u"pk"_s);
        QVERIFY_THROWS_EXCEPTION(RecursionError, for (int i = 0; i < 20'000; ++i) e =
                                                     expr::construct(u"Abs"_s, {Operand(e)}));
    }
};

QTEST_GUILESS_MAIN(DepthTest)
#include "tst_depth.moc"
