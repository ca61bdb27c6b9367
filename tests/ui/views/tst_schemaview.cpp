#include "tests/ui/views/sampleschema.h"
#include "tests/ui/views/shots.h"
#include "ui/schema/schemaview.h"
#include "ui/style/appearance.h"

#include <QClipboard>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTreeView>
#include <QtTest>

using namespace heddle;
using namespace heddle::ui;

class SchemaViewTest final : public QObject {
    Q_OBJECT
private:
    std::unique_ptr<Appearance> appearance;
    std::unique_ptr<SchemaModel> model;
    std::unique_ptr<SchemaView> view;

    int visibleRows() const
    {
        int count = 0;
        for (QModelIndex i = view->tree().indexAt({0, 0}); i.isValid();
             i = view->tree().indexBelow(i))
            ++count;
        return count;
    }

private Q_SLOTS:
    void initTestCase()
    {
        appearance = std::make_unique<Appearance>(*qApp);
        appearance->setChoice(ThemeChoice::Light);
    }
    void cleanupTestCase() { appearance.reset(); }
    void init()
    {
        model = std::make_unique<SchemaModel>();
        view = std::make_unique<SchemaView>(*model);
        model->setRegistry(heddle::testing::bookshopRegistry(), QStringLiteral("bookshop"),
                           QStringLiteral("SQLite · WAL"));
        view->resize(250, 480);
        view->show();
        QVERIFY(QTest::qWaitForWindowExposed(view.get()));
    }
    void cleanup()
    {
        view.reset();
        model.reset();
    }

    void picturesCanBeLookedAt()
    {
        view->showModel(QStringLiteral("Book"));
        view->showModel(QStringLiteral("Author"));
        for (const bool dark : {false, true}) {
            appearance->setChoice(dark ? ThemeChoice::Dark : ThemeChoice::Light);
            QTest::qWait(20);
            heddle::testing::saveShot(*view, dark ? QStringLiteral("schema-dark")
                                                  : QStringLiteral("schema-light"));
        }
        appearance->setChoice(ThemeChoice::Light);
        QVERIFY(!view->grab().isNull());
    }

    void theModelsAreShownFolded() { QCOMPARE(visibleRows(), 7); }

    void typingFiltersAtOnceAndClearingRestoresWhatWasOpen()
    {
        view->showModel(QStringLiteral("Genre"));
        const int before = visibleRows();
        QTest::keyClicks(&view->filterBox(), QStringLiteral("born"));
        QCOMPARE(visibleRows(), 3);
        QTest::keyClick(&view->filterBox(), Qt::Key_Escape);
        QVERIFY(view->filterBox().text().isEmpty());
        QCOMPARE(visibleRows(), before);
    }

    void enterInsertsAndCtrlEnterShowsRows()
    {
        QSignalSpy inserts(view.get(), &SchemaView::insertRequested);
        QSignalSpy rows(view.get(), &SchemaView::rowsRequested);
        view->showModel(QStringLiteral("Author"));
        view->tree().setFocus();
        QTest::keyClick(&view->tree(), Qt::Key_Down);
        QTest::keyClick(&view->tree(), Qt::Key_Return);
        QTest::keyClick(&view->tree(), Qt::Key_Return, Qt::ControlModifier);
        QCOMPARE(inserts.size(), 1);
        QCOMPARE(inserts[0][0].toString(), QStringLiteral("id"));
        QCOMPARE(rows.size(), 1);
        QCOMPARE(rows[0][0].toString(), QStringLiteral("Author"));
        QTest::keyClick(&view->tree(), Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("id"));
    }

    void aDoubleClickOnAFieldInsertsItsName()
    {
        QSignalSpy inserts(view.get(), &SchemaView::insertRequested);
        view->showModel(QStringLiteral("Author"));
        const QModelIndex name =
            view->tree().indexBelow(view->tree().indexBelow(view->tree().currentIndex()));
        const QPoint at = view->tree().visualRect(name).center();
        QTest::mouseClick(view->tree().viewport(), Qt::LeftButton, {}, at);
        QTest::mouseDClick(view->tree().viewport(), Qt::LeftButton, {}, at);
        QCOMPARE(inserts.size(), 1);
        QCOMPARE(inserts[0][0].toString(), QStringLiteral("name"));
    }

    void aModelThatTheFilterHidesIsStillShown()
    {
        QTest::keyClicks(&view->filterBox(), QStringLiteral("born"));
        QSignalSpy selected(view.get(), &SchemaView::modelSelected);
        view->showModel(QStringLiteral("Review"));
        QCOMPARE(view->tree().currentIndex().data().toString(), QStringLiteral("Review"));
        QCOMPARE(selected.last()[0].toString(), QStringLiteral("Review"));
    }
};

QTEST_MAIN(SchemaViewTest)
#include "tst_schemaview.moc"
