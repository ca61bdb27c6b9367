#include "tests/support/layers.h"

#include <QtTest>

using namespace Qt::Literals::StringLiterals;
using heddle::test::Layers;
using heddle::test::WrongArrow;

class tst_Layers : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theTreeHasNoWrongArrow()
    {
        QStringList found;
        for (const WrongArrow &arrow : m_layers.checkTree())
            found.append(arrow.toString());
        QVERIFY2(found.isEmpty(), qPrintable(u"\n"_s + found.join(u'\n')));
    }

    void anArrowIsJudged_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("include");
        QTest::addColumn<bool>("allowed");
        const auto row = [](const char *file, const char *include, bool allowed) {
            QTest::addRow("%s -> %s", file, include)
                << QString::fromLatin1(file) << QString::fromLatin1(include) << allowed;
        };
        // Down is right, and arrows are transitive; up and sideways are wrong.
        row("orm/models/x.h", "\"orm/values/value.h\"", true);
        row("orm/values/x.h", "\"orm/models/modelinfo.h\"", false);
        row("orm/script/x.cpp", "\"orm/values/value.h\"", true);
        row("orm/script/x.cpp", "\"orm/heddle.h\"", false);
        row("orm/query/x.cpp", "\"orm/sql/dialect.h\"", false);
        row("orm/notation/x.cpp", "\"orm/objects/database.h\"", false);
        row("orm/notation/x.cpp", "\"orm/trace/trace.h\"", true);
        row("orm/models/x.cpp", "\"orm/trace/trace.h\"", false);
        row("orm/analysis/x.cpp", "\"orm/values/value.h\"", false);
        row("orm/advice/x.cpp", "\"orm/trace/trace.h\"", true);
        row("orm/objects/x.cpp", "\"orm/script/interpreter.h\"", false);
        // Only the umbrella names the backends.
        row("orm/heddle.cpp", "\"orm/backends/sqlite/sqliteadapter.h\"", true);
        row("orm/execution/x.cpp", "\"orm/backends/sqlite/sqliteadapter.h\"", false);
        row("orm/objects/x.cpp", "\"orm/backends/sqlite/sqliteadapter.h\"", false);
        row("orm/backends/postgres/x.cpp", "\"orm/backends/sqlite/sqliteadapter.h\"", false);
        row("app/x.cpp", "\"orm/backends/sqlite/sqliteadapter.h\"", false);
        // Drivers stay in their backends.
        row("orm/backends/sqlite/x.cpp", "<sqlite3.h>", true);
        row("orm/execution/x.cpp", "<sqlite3.h>", false);
        row("app/x.cpp", "\"sqlite3.h\"", false);
        row("orm/backends/postgres/x.cpp", "<libpq-fe.h>", true);
        row("orm/backends/sqlite/x.cpp", "<libpq-fe.h>", false);
        row("orm/backends/qtsql/x.cpp", "<QtSql/QSqlQuery>", true);
        row("ui/results/x.cpp", "<QtSql/QSqlQuery>", false);
        // Qt Core alone in the engine and on the command line.
        row("orm/values/x.h", "<QString>", true);
        row("orm/values/x.h", "<vector>", true);
        row("orm/values/x.h", "<QtWidgets/QWidget>", false);
        row("app/cli/x.cpp", "<QtWidgets/QWidget>", false);
        row("app/cli/x.cpp", "<QtGui/QColor>", false);
        row("ui/models/x.cpp", "<QtWidgets/QWidget>", false);
        row("ui/workbook/x.cpp", "<QtGui/QColor>", false);
        row("ui/results/x.cpp", "<QtWidgets/QWidget>", true);
        // The window's folders do not know each other.
        row("ui/results/x.cpp", "\"ui/style/theme.h\"", true);
        row("ui/results/x.cpp", "\"ui/models/resultmodel.h\"", true);
        row("ui/models/x.cpp", "\"ui/style/theme.h\"", false);
        row("ui/timeline/x.cpp", "\"ui/results/resultsview.h\"", false);
        row("ui/timeline/x.cpp", "\"app/session.h\"", false);
        row("orm/trace/x.cpp", "\"ui/workbook/cell.h\"", false);
        row("ui/workbook/x.cpp", "\"orm/values/value.h\"", false);
        row("app/x.cpp", "\"ui/results/resultsview.h\"", true);
        row("app/cli/x.cpp", "\"ui/workbook/workbook.h\"", true);
        row("app/cli/x.cpp", "\"ui/models/resultmodel.h\"", false);
        row("app/cli/x.cpp", "\"app/session.h\"", false);
        row("app/x.cpp", "\"tests/support/layers.h\"", false);
        // From the root, or not at all.
        row("orm/values/x.cpp", "\"value.h\"", false);
        row("orm/values/x.cpp", "\"../values/value.h\"", false);
        row("tests/orm/values/tst_x.cpp", "\"randomtext.h\"", false);
        row("tests/orm/values/tst_x.cpp", "\"tst_x.moc\"", true);
        row("tests/benchmarks/x.cpp", "<sqlite3.h>", true);
        // No new room by accident.
        row("orm/tools/x.cpp", "<vector>", false);
        row("ui/common/x.cpp", "<vector>", false);
    }
    void anArrowIsJudged()
    {
        QFETCH(QString, file);
        QFETCH(QString, include);
        QFETCH(bool, allowed);
        const auto wrong =
            m_layers.checkText(file, u"#pragma once\n\n  #  include "_s + include + u" // why\n"_s);
        QCOMPARE(wrong.empty(), allowed);
        if (!allowed && !wrong.front().include.isEmpty())
            QCOMPARE(wrong.front().line, 3);
    }

    void wordsInTheTextAreNoIncludes()
    {
        QVERIFY(
            m_layers.checkText(u"orm/values/x.cpp"_s, u"// see #include \"orm/sql/dialect.h\"\n"_s)
                .empty());
    }

    void qtModulesAreFoundByTheHeadersOwnName()
    {
        QCOMPARE(m_layers.checkText(u"orm/values/x.cpp"_s, u"#include <QWidget>\n"_s).size(), 1u);
        QCOMPARE(m_layers.checkText(u"ui/results/x.cpp"_s, u"#include <QSqlQuery>\n"_s).size(), 1u);
    }

private:
    Layers m_layers{qEnvironmentVariable("HEDDLE_SOURCE_DIR")};
};

QTEST_GUILESS_MAIN(tst_Layers)
#include "tst_layers.moc"
