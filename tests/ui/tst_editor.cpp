#include "ui/editor/codeeditor.h"
#include "ui/editor/editorpane.h"
#include "ui/editor/findbar.h"
#include "ui/style/theme.h"

#include <QAction>
#include <QClipboard>
#include <QLayout>
#include <QLineEdit>
#include <QPainter>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace Qt::Literals::StringLiterals;
using namespace heddle::ui;

class tst_Editor : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void typingChangesTheWorkbookAndItsCells();
    void theFileComesBackByteForByte();
    void enterIndentsAsPythonDoes_data();
    void enterIndentsAsPythonDoes();
    void enterKeepsTheFilesLineEnding();
    void controlSlashBelongsToTheWindow();
    void toggleCommentComesAndGoes();
    void toggleCommentLeavesCellHeadersAlone();
    void oneUndoTakesACommentBack();
    void tabIndentsUntilItIsToldToMoveOn();
    void escapeIsLeftToTheWindow();
    void caretCountsCodePoints();
    void offsetsCountUtf16();
    void selectionGivesItsLines();
    void cellsFold();
    void goToUnfolds();
    void badgesFollowTheirLines();
    void anEditedLineLosesItsBadge();
    void aClickOnABadgeIsASignal();
    void badgesArePainted();
    void problemsGetSquiggles();
    void runProblemsAreAnnotatedUntilTheLineIsEdited();
    void clearingARunForgetsItsLinesOnly();
    void nextProblemGoesRound();
    void replaceRangeIsOneUndoStep();
    void findMarksWalksAndReplaces();
    void findTakesRegularExpressions();
    void pastedZeroBytesGo();
    void darkAndLightDiffer();

private:
    void load(const QString &text) { editor->setWorkbook(Workbook(text)); }
    QString text() const { return editor->workbook().text(); }

    EditorPane *pane = nullptr;
    CodeEditor *editor = nullptr;
};

void tst_Editor::init()
{
    pane = new EditorPane;
    pane->resize(700, 400);
    editor = pane->editor();
    pane->show();
    QVERIFY(QTest::qWaitForWindowExposed(pane));
    editor->setFocus();
}

void tst_Editor::cleanup()
{
    delete pane;
}

void tst_Editor::typingChangesTheWorkbookAndItsCells()
{
    QSignalSpy changed(editor, &CodeEditor::contentChanged);
    QTest::keyClicks(editor, u"# %% One"_s);
    QTest::keyClick(editor, Qt::Key_Return);
    QTest::keyClicks(editor, u"x = 1"_s);
    QCOMPARE(text(), u"# %% One\nx = 1"_s);
    QVERIFY(changed.count() > 0);
    QCOMPARE(editor->workbook().cells().at(0).title, u"One"_s);
    QCOMPARE(editor->currentCell()->index, 0);
    QCOMPARE(editor->caret().line, 2);
    QCOMPARE(editor->caret().column, 6);
}

void tst_Editor::theFileComesBackByteForByte()
{
    const QByteArray bytes("\xEF\xBB\xBF# %% a\r\nx\n\ry\r\n\xE2\x80\xA8 \xF0\x9F\x93\x9A");
    editor->setWorkbook(*Workbook::fromBytes(bytes));
    QCOMPARE(editor->workbook().toBytes(), bytes);
    QVERIFY(!editor->isModified());
    QVERIFY(!editor->isUndoAvailable());
    QTest::keyClick(editor, Qt::Key_A);
    QVERIFY(editor->isModified());
    editor->undo();
    QCOMPARE(editor->workbook().toBytes(), bytes);
    QVERIFY(!editor->isModified());
}

void tst_Editor::enterIndentsAsPythonDoes_data()
{
    QTest::addColumn<QString>("before");
    QTest::addColumn<int>("indent");
    QTest::newRow("plain") << u"x = 1"_s << 0;
    QTest::newRow("for") << u"for b in books:"_s << 4;
    QTest::newRow("for with comment") << u"for b in books:  # all"_s << 4;
    QTest::newRow("open bracket") << u"x = await asyncio.gather("_s << 4;
    QTest::newRow("inside") << u"    print(x)"_s << 4;
    QTest::newRow("after return") << u"    return x"_s << 0;
    QTest::newRow("after break") << u"        break"_s << 4;
    QTest::newRow("header with colon") << u"# %% Slow page:"_s << 0;
    QTest::newRow("comment with colon") << u"# so:"_s << 0;
}

void tst_Editor::enterIndentsAsPythonDoes()
{
    QFETCH(QString, before);
    QFETCH(int, indent);
    load(before);
    editor->goTo(1, int(before.size()) + 1);
    QTest::keyClick(editor, Qt::Key_Return);
    QCOMPARE(text(), before + u'\n' + QString(indent, u' '));
    QCOMPARE(editor->caret().line, 2);
    QCOMPARE(editor->caret().column, indent + 1);
}

void tst_Editor::enterKeepsTheFilesLineEnding()
{
    load(u"a\r\nb\r\n"_s);
    editor->goTo(1, 2);
    QTest::keyClick(editor, Qt::Key_Return);
    QCOMPARE(text(), u"a\r\n\r\nb\r\n"_s);
}

void tst_Editor::controlSlashBelongsToTheWindow()
{
    QAction action;
    QSignalSpy triggered(&action, &QAction::triggered);
    action.setShortcuts(
        {Qt::CTRL | Qt::Key_Slash, Qt::CTRL | Qt::Key_Return, Qt::SHIFT | Qt::Key_Return});
    pane->addAction(&action);
    load(u"a b"_s);
    pane->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(pane));
    QTest::keyClick(editor, Qt::Key_Slash, Qt::ControlModifier);
    QTest::keyClick(editor, Qt::Key_Return, Qt::ControlModifier);
    QTest::keyClick(editor, Qt::Key_Return, Qt::ShiftModifier);
    QCOMPARE(triggered.count(), 3);
    QCOMPARE(text(), u"a b"_s);
}

void tst_Editor::toggleCommentComesAndGoes()
{
    const QString code = u"for b in x:\n    print(b)\n\n    c()\n"_s;
    load(code);
    editor->setSelection(0, 0, 4, 0);
    editor->toggleComment();
    QCOMPARE(text(), u"# for b in x:\n#     print(b)\n\n#     c()\n"_s);
    editor->setSelection(0, 0, 4, 0);
    editor->toggleComment();
    QCOMPARE(text(), code);
    editor->goTo(2, 1);
    editor->toggleComment();
    QCOMPARE(text(), u"for b in x:\n    # print(b)\n\n    c()\n"_s);
}

void tst_Editor::toggleCommentLeavesCellHeadersAlone()
{
    load(u"# %% a\nx\n# %% b\ny"_s);
    editor->selectAll();
    editor->toggleComment();
    QCOMPARE(text(), u"# %% a\n# x\n# %% b\n# y"_s);
    QCOMPARE(editor->workbook().cellCount(), 2);
}

void tst_Editor::oneUndoTakesACommentBack()
{
    load(u"a\nb\nc"_s);
    editor->selectAll();
    editor->toggleComment();
    editor->undo();
    QCOMPARE(text(), u"a\nb\nc"_s);
}

void tst_Editor::tabIndentsUntilItIsToldToMoveOn()
{
    auto *other = new QLineEdit(pane);
    pane->layout()->addWidget(other);
    other->show();
    pane->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(pane));
    editor->setFocus();
    QTest::keyClick(editor, Qt::Key_Tab);
    QCOMPARE(text(), u"    "_s);
    QVERIFY(editor->hasFocus());
    editor->setTabMovesFocus(true);
    QTest::keyClick(editor, Qt::Key_Tab);
    QCOMPARE(text(), u"    "_s);
    QVERIFY(!editor->hasFocus());
}

void tst_Editor::escapeIsLeftToTheWindow()
{
    QAction stop;
    QSignalSpy triggered(&stop, &QAction::triggered);
    stop.setShortcut(Qt::Key_Escape);
    pane->addAction(&stop);
    pane->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(pane));
    QTest::keyClick(editor, Qt::Key_Escape);
    QCOMPARE(triggered.count(), 1);
}

void tst_Editor::caretCountsCodePoints()
{
    load(u"t = '\U0001F4DA' # \u00e9x"_s);
    QSignalSpy moved(editor, &CodeEditor::caretMoved);
    editor->goTo(1, 8);
    QCOMPARE(editor->caret().column, 8);
    QCOMPARE(editor->caret().offset, 8); // the book counts two units and one column
    QTRY_VERIFY(!moved.isEmpty());
    QCOMPARE(moved.last().at(1).toInt(), 8);
    editor->goTo(1, 100);
    QCOMPARE(editor->caret().column, 13);
    editor->goTo(77, 1);
    QCOMPARE(editor->caret().line, 1);
}

void tst_Editor::offsetsCountUtf16()
{
    const QString content = u"a\u00e9\U0001F4DAb\nc"_s;
    load(content);
    const QByteArray utf8 = content.toUtf8();
    for (int offset = 0; offset <= content.size(); ++offset) {
        if (offset > 0 && offset < content.size() && content[offset].isLowSurrogate())
            continue;
        const long position = editor->positionOfOffset(offset);
        QCOMPARE(position, long(content.first(offset).toUtf8().size()));
        QCOMPARE(editor->offsetOfPosition(position), offset);
    }
}

void tst_Editor::selectionGivesItsLines()
{
    load(u"a\nb\nc\n"_s);
    editor->setSelection(0, 0, 2, 0);
    QCOMPARE(editor->selectedLines().first, 1);
    QCOMPARE(editor->selectedLines().last, 2);
    editor->setSelection(1, 0, 2, 1);
    QCOMPARE(editor->selectedLines().first, 2);
    QCOMPARE(editor->selectedLines().last, 3);
}

void tst_Editor::cellsFold()
{
    load(u"# %% a\nx\ny\n# %% b\nz"_s);
    editor->goTo(2);
    editor->toggleCellFold();
    QVERIFY(!editor->SendScintilla(QsciScintilla::SCI_GETLINEVISIBLE, 1L));
    QVERIFY(editor->SendScintilla(QsciScintilla::SCI_GETLINEVISIBLE, 4L));
    QCOMPARE(editor->caret().line, 1);
    editor->foldAllCells(true);
    QVERIFY(!editor->SendScintilla(QsciScintilla::SCI_GETLINEVISIBLE, 4L));
    editor->foldAllCells(false);
    QVERIFY(editor->SendScintilla(QsciScintilla::SCI_GETLINEVISIBLE, 4L));
}

void tst_Editor::goToUnfolds()
{
    load(u"# %% a\nx\ny\n# %% b\nz"_s);
    editor->foldAllCells(true);
    editor->goTo(3);
    QVERIFY(editor->SendScintilla(QsciScintilla::SCI_GETLINEVISIBLE, 2L));
}

void tst_Editor::badgesFollowTheirLines()
{
    load(u"a\nb\nc\nd"_s);
    editor->setBadges(
        {{2, {BadgeKind::Neutral, u"1q"_s, {}}}, {4, {BadgeKind::Bad, u"40q"_s, {}}}});
    editor->goTo(1, 2);
    QTest::keyClick(editor, Qt::Key_Return); // a line below line 1
    QCOMPARE(editor->overlay().badges().keys(), (QList<int>{3, 5}));
    editor->goTo(3, 1);
    QTest::keyClick(editor, Qt::Key_Return); // an empty line above "b"
    QCOMPARE(editor->overlay().badges().keys(), (QList<int>{4, 6}));
    editor->undo();
    editor->undo();
    QCOMPARE(text(), u"a\nb\nc\nd"_s);
    QCOMPARE(editor->overlay().badges().keys(), (QList<int>{2, 4}));
    editor->setSelection(1, 0, 2, 0); // the whole line "b" goes
    editor->removeSelectedText();
    QCOMPARE(editor->overlay().badges().keys(), (QList<int>{3}));
}

void tst_Editor::anEditedLineLosesItsBadge()
{
    load(u"a\nb"_s);
    editor->setBadges(
        {{1, {BadgeKind::Neutral, u"1q"_s, {}}}, {2, {BadgeKind::Neutral, u"2q"_s, {}}}});
    editor->goTo(2, 2);
    QTest::keyClick(editor, Qt::Key_X);
    QCOMPARE(editor->overlay().badges().keys(), (QList<int>{1}));
}

void tst_Editor::aClickOnABadgeIsASignal()
{
    load(u"a\nb"_s);
    editor->setBadges({{2, {BadgeKind::Good, u"3q \u00b7 121 ms"_s, {}}}});
    QSignalSpy activated(editor, &CodeEditor::badgeActivated);
    const int height = int(editor->SendScintilla(QsciScintilla::SCI_TEXTHEIGHT, 1L));
    QTest::mouseClick(editor->viewport(), Qt::LeftButton, {},
                      {editor->viewport()->width() - 30, height + height / 2});
    QCOMPARE(activated.count(), 1);
    QCOMPARE(activated.first().first().toInt(), 2);
    QTest::mouseClick(editor->viewport(), Qt::LeftButton, {},
                      {editor->viewport()->width() - 30, height / 2});
    QCOMPARE(activated.count(), 1);
}

void tst_Editor::badgesArePainted()
{
    load(u"a\nb"_s);
    const QImage before = editor->viewport()->grab().toImage();
    editor->setBadges({{1, {BadgeKind::Bad, u"N+1 \u00b7 40q"_s, {}}}});
    const QImage after = editor->viewport()->grab().toImage();
    const QColor paper = editor->theme().badgeBadPaper;
    int painted = 0;
    for (int y = 0; y < after.height(); ++y) {
        for (int x = after.width() / 2; x < after.width(); ++x)
            painted += after.pixelColor(x, y) == paper && before.pixelColor(x, y) != paper;
    }
    QVERIFY2(painted > 200, qPrintable(QString::number(painted)));
}

void tst_Editor::problemsGetSquiggles()
{
    load(u"x = Bok.objects\ny = 1"_s);
    editor->setProblems({{Problem::Severity::Error, u"name 'Bok' is not defined"_s,
                          u"did you mean 'Book'?"_s, 1, 5, 4, 7}});
    const auto marked = [this](int position) {
        return editor->SendScintilla(QsciScintilla::SCI_INDICATORVALUEAT, 8UL, long(position)) != 0;
    };
    QVERIFY(!marked(3));
    QVERIFY(marked(4));
    QVERIFY(marked(6));
    QVERIFY(!marked(7));
    QVERIFY(editor->SendScintilla(QsciScintilla::SCI_MARKERGET, 0L) != 0);
    QVERIFY(editor->problemAt(1));
    QVERIFY(!editor->problemAt(2));
    editor->setProblems({});
    QVERIFY(!marked(4));
    QCOMPARE(editor->SendScintilla(QsciScintilla::SCI_MARKERGET, 0L), 0L);
}

void tst_Editor::runProblemsAreAnnotatedUntilTheLineIsEdited()
{
    load(u"a\nprint(book.author)\nc"_s);
    editor->addRunProblem({Problem::Severity::Error, u"SynchronousOnlyOperation: ..."_s,
                           u"add .select_related('author')"_s, 2, 7});
    QVERIFY(editor->annotation(1).contains(u"select_related"_s));
    QVERIFY(editor->SendScintilla(QsciScintilla::SCI_INDICATORVALUEAT, 10UL, 8L) != 0);
    editor->goTo(1, 2);
    QTest::keyClick(editor, Qt::Key_Return);
    QVERIFY(editor->annotation(2).contains(u"select_related"_s));
    editor->goTo(3, 1);
    QTest::keyClick(editor, Qt::Key_X);
    QTRY_VERIFY(editor->annotation(2).isEmpty());
}

void tst_Editor::clearingARunForgetsItsLinesOnly()
{
    load(u"a\nb\nc\nd"_s);
    editor->setBadges({{1, {}}, {3, {}}});
    editor->setRails({{1, 2}, {3, 4}});
    editor->addRunProblem({Problem::Severity::Error, u"one"_s, {}, 1, 1});
    editor->addRunProblem({Problem::Severity::Error, u"three"_s, {}, 3, 1});
    editor->clearRunMarks(1, 2);
    QCOMPARE(editor->overlay().badges().keys(), (QList<int>{3}));
    QCOMPARE(editor->overlay().rails().size(), 1U);
    QVERIFY(editor->annotation(0).isEmpty());
    QCOMPARE(editor->annotation(2), u"three"_s);
}

void tst_Editor::nextProblemGoesRound()
{
    load(u"a\nb\nc"_s);
    QVERIFY(!editor->goToNextProblem());
    editor->setProblems({{Problem::Severity::Warning, u"third"_s, {}, 3, 1, 4, 5}});
    editor->addRunProblem({Problem::Severity::Error, u"second"_s, {}, 2, 1});
    QCOMPARE(editor->goToNextProblem()->message, u"second"_s);
    QCOMPARE(editor->goToNextProblem()->message, u"third"_s);
    QCOMPARE(editor->goToNextProblem()->message, u"second"_s);
}

void tst_Editor::replaceRangeIsOneUndoStep()
{
    load(u"\u00e9 = Book.objects.all()"_s);
    editor->replaceRange(17, 20, u"filter(title='\U0001F4DA')"_s);
    QVERIFY(text().contains(u"filter(title='\U0001F4DA')"_s));
    editor->undo();
    QCOMPARE(text(), u"\u00e9 = Book.objects.all()"_s);
}

void tst_Editor::findMarksWalksAndReplaces()
{
    load(u"Book book\n\u00e9book a.b"_s);
    FindBar *bar = pane->findBar();
    bar->open(true);
    auto *find = bar->findChildren<QLineEdit *>().at(0);
    auto *replacement = bar->findChildren<QLineEdit *>().at(1);
    find->setText(u"book"_s);
    QCOMPARE(bar->matchCount(), 3);
    QTest::keyClick(find, Qt::Key_Return);
    QCOMPARE(editor->selectedText(), u"Book"_s);
    QTest::keyClick(find, Qt::Key_Return);
    QCOMPARE(editor->selectedText(), u"book"_s);
    QTest::keyClick(find, Qt::Key_Return, Qt::ShiftModifier);
    QCOMPARE(editor->selectedText(), u"Book"_s);
    replacement->setText(u"\\1"_s);
    QTest::keyClick(replacement, Qt::Key_Return);
    QCOMPARE(text(), u"\\1 book\n\u00e9book a.b"_s);
    for (QToolButton *button : bar->findChildren<QToolButton *>()) {
        if (button->text() == u"Replace All")
            button->click();
    }
    QCOMPARE(text(), u"\\1 \\1\n\u00e9\\1 a.b"_s);
    find->setText(u"a.b"_s);
    QCOMPARE(bar->matchCount(), 1);
    QTest::keyClick(find, Qt::Key_Escape);
    QVERIFY(!bar->isVisible());
    QVERIFY(editor->SendScintilla(QsciScintilla::SCI_INDICATORVALUEAT, 12UL, 14L) == 0);
}

void tst_Editor::findTakesRegularExpressions()
{
    load(u"a1 b22 c"_s);
    FindBar *bar = pane->findBar();
    bar->open(false);
    for (QToolButton *button : bar->findChildren<QToolButton *>()) {
        if (button->text() == u".*")
            button->setChecked(true);
    }
    auto *find = bar->findChildren<QLineEdit *>().at(0);
    find->setText(uR"([a-z]\d+)"_s);
    QCOMPARE(bar->matchCount(), 2);
    find->setText(u"("_s);
    QCOMPARE(bar->matchCount(), 0);
    find->setText(u"x*"_s); // matches nothing, everywhere
    QCOMPARE(bar->matchCount(), 0);
    bar->findNext();
}

void tst_Editor::pastedZeroBytesGo()
{
    QGuiApplication::clipboard()->setText(u"a\0b"_s);
    editor->paste();
    QCOMPARE(text(), u"ab"_s);
}

void tst_Editor::darkAndLightDiffer()
{
    load(u"x"_s);
    editor->setTheme(EditorTheme::from(Theme::night()));
    const QColor dark = editor->viewport()->grab().toImage().pixelColor(300, 300);
    editor->setTheme(EditorTheme::from(Theme::day()));
    const QColor light = editor->viewport()->grab().toImage().pixelColor(300, 300);
    QVERIFY(dark.lightness() < 80);
    QVERIFY(light.lightness() > 200);
}

QTEST_MAIN(tst_Editor)
#include "tst_editor.moc"
