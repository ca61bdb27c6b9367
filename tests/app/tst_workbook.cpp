#include "ui/workbook/workbook.h"

#include <QTemporaryDir>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using heddle::ui::Cell;
using heddle::ui::CellKind;
using heddle::ui::Workbook;

class tst_Workbook : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyByteSurvivesLoadAndSave_data();
    void everyByteSurvivesLoadAndSave();
    void headersAreReadInEverySpelling_data();
    void headersAreReadInEverySpelling();
    void theCellsCoverTheText_data();
    void theCellsCoverTheText();
    void aTextWithoutHeadersIsOneCell();
    void blankLinesAboveTheFirstHeaderBelongToNoCell();
    void codeAboveTheFirstHeaderIsACell();
    void cellAtFindsHeaderBodyAndLastLine();
    void linesAreCountedForEveryLineEnding_data();
    void linesAreCountedForEveryLineEnding();
    void aTextCellLosesItsCommentSigns();
    void newLinesFollowTheFile_data();
    void newLinesFollowTheFile();
    void typingBeyondLatin1MakesTheFileUtf8();
    void whatCannotBeReadIsASentence();
    void aFailedSaveSaysSoAndKeepsTheFile();
    void savingKeepsPermissionsAndLinks();
};

void tst_Workbook::everyByteSurvivesLoadAndSave_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("only a mark") << QByteArray("\xEF\xBB\xBF");
    QTest::newRow("mark and text") << QByteArray("\xEF\xBB\xBF# %% a\nprint(1)\n");
    QTest::newRow("two marks") << QByteArray("\xEF\xBB\xBF\xEF\xBB\xBFx");
    QTest::newRow("unix") << QByteArray("# %% a\nx = 1\n\n# %% b\ny = 2\n");
    QTest::newRow("windows") << QByteArray("# %% a\r\nx = 1\r\n");
    QTest::newRow("old mac") << QByteArray("# %% a\rx = 1\r");
    QTest::newRow("mixed") << QByteArray("a\r\nb\nc\rd\r\r\n\n\r");
    QTest::newRow("no last line end") << QByteArray("# %% a\nx = 1");
    QTest::newRow("blank ends") << QByteArray("\n\n \t\nx  \t\n\t\n ");
    QTest::newRow("form feed and separators") << QByteArray("a\fb\vc\xE2\x80\xA8"
                                                            "d\xC2\x85"
                                                            "e\n");
    QTest::newRow("beyond the BMP") << QByteArray("# %% \xF0\x9F\x93\x9A\nt = '\xC3\xA9'\n");
    QTest::newRow("latin-1") << QByteArray("# %% caf\xE9\nx = 1\n");
    QTest::newRow("not utf-8 after a mark") << QByteArray("\xEF\xBB\xBF\xFF\xFEx\n");
    QTest::newRow("surrogates in utf-8") << QByteArray("\xED\xA0\x80\n");
    QTest::newRow("overlong") << QByteArray("\xC0\xAF\n");
    QTest::newRow("noncharacter") << QByteArray("\xEF\xBF\xBF\xEF\xBF\xBE\n");
}

void tst_Workbook::everyByteSurvivesLoadAndSave()
{
    QFETCH(QByteArray, bytes);
    const auto direct = Workbook::fromBytes(bytes);
    QVERIFY(direct);
    QCOMPARE(direct->toBytes(), bytes);

    QTemporaryDir folder;
    const QString path = folder.filePath(u"a.py"_s);
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes);
    file.close();
    QString error;
    auto workbook = Workbook::load(path, &error);
    QVERIFY2(workbook, qPrintable(error));
    workbook->setText(workbook->text()); // what an editor does that changes nothing
    QVERIFY2(workbook->save(path, &error), qPrintable(error));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), bytes);
}

void tst_Workbook::headersAreReadInEverySpelling_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<bool>("header");
    QTest::addColumn<QString>("title");
    QTest::addColumn<bool>("markdown");
    QTest::newRow("plain") << u"# %%"_s << true << QString() << false;
    QTest::newRow("title") << u"# %% Slow page: as first written"_s << true
                           << u"Slow page: as first written"_s << false;
    QTest::newRow("spyder") << u"#%% Title"_s << true << u"Title"_s << false;
    QTest::newRow("wide") << u"#   %%   Title  two "_s << true << u"Title two"_s << false;
    QTest::newRow("deeper") << u"# %%% Part"_s << true << u"Part"_s << false;
    QTest::newRow("no blank before the title") << u"# %%Title"_s << true << u"Title"_s << false;
    QTest::newRow("markdown") << u"# %% [markdown]"_s << true << QString() << true;
    QTest::newRow("md") << u"# %% [md]"_s << true << QString() << true;
    QTest::newRow("title and kind") << u"# %% Why [markdown]"_s << true << u"Why"_s << true;
    QTest::newRow("kind and title") << u"# %% [markdown] Why"_s << true << u"Why"_s << true;
    QTest::newRow("capitals") << u"# %% [Markdown]"_s << true << QString() << true;
    QTest::newRow("metadata") << u"# %% Title tags=\"a b\" id=\"7\""_s << true << u"Title"_s
                              << false;
    QTest::newRow("list metadata")
        << u"# %% [markdown] tags=[\"a\"]"_s << true << QString() << true;
    QTest::newRow("equals inside words") << u"# %% a == b"_s << true << u"a == b"_s << false;
    QTest::newRow("indented") << u"  # %% no"_s << false << QString() << false;
    QTest::newRow("comment") << u"# a %% b"_s << false << QString() << false;
    QTest::newRow("magic") << u"# %time x"_s << false << QString() << false;
    QTest::newRow("code") << u"x = 1 # %% no"_s << false << QString() << false;
    QTest::newRow("empty") << QString() << false << QString() << false;
}

void tst_Workbook::headersAreReadInEverySpelling()
{
    QFETCH(QString, line);
    QFETCH(bool, header);
    const auto found = heddle::ui::parseCellHeader(line);
    QCOMPARE(found.has_value(), header);
    if (found) {
        QTEST(found->title, "title");
        QTEST(found->kind == CellKind::Markdown, "markdown");
    }
}

void tst_Workbook::theCellsCoverTheText_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("three") << u"# %% a\nx\n\n# %% b\n# %% [markdown]\n# t"_s;
    QTest::newRow("preamble") << u"import asyncio\n# %% a\nx\n"_s;
    QTest::newRow("blank preamble") << u"\n  \n# %% a\nx\n"_s;
    QTest::newRow("windows") << u"# %% a\r\nx\r\n# %%\r\ny"_s;
    QTest::newRow("only headers") << u"# %%\n# %%\n# %%"_s;
    QTest::newRow("only headers, line end") << u"# %%\n# %%\n"_s;
}

void tst_Workbook::theCellsCoverTheText()
{
    QFETCH(QString, text);
    const Workbook workbook(text);
    int offset = workbook.cells().front().begin, line = workbook.cells().front().topLine();
    QVERIFY(text.first(offset).trimmed().isEmpty());
    for (const Cell &cell : workbook.cells()) {
        QCOMPARE(cell.begin, offset);
        QCOMPARE(cell.topLine(), line);
        QCOMPARE(cell.firstLine, cell.headerLine > 0 ? cell.headerLine + 1 : 1);
        QVERIFY(cell.begin <= cell.bodyBegin && cell.bodyBegin <= cell.end);
        QCOMPARE(&workbook.cells()[std::size_t(cell.index)], &cell);
        offset = cell.end;
        line = cell.lastLine + 1;
    }
    QCOMPARE(offset, int(text.size()));
    QCOMPARE(line, workbook.lineCount() + 1);
}

void tst_Workbook::aTextWithoutHeadersIsOneCell()
{
    const Workbook empty;
    QCOMPARE(empty.cellCount(), 1);
    QVERIFY(empty.cellAt(1));
    QCOMPARE(empty.body(*empty.cellAt(1)), QString());
    QCOMPARE(Workbook(u"\n\n"_s).cellCount(), 1);

    const Workbook one(u"a\nb"_s);
    QCOMPARE(one.cellCount(), 1);
    QCOMPARE(one.body(one.cells()[0]), u"a\nb"_s);
    QCOMPARE(one.cells()[0].lastLine, 2);
}

void tst_Workbook::blankLinesAboveTheFirstHeaderBelongToNoCell()
{
    const Workbook workbook(u"\n \n# %% a\nx"_s);
    QCOMPARE(workbook.cellCount(), 1);
    QVERIFY(!workbook.cellAt(1));
    QVERIFY(!workbook.cellAt(2));
    QCOMPARE(workbook.cellAt(3), &workbook.cells()[0]);
}

void tst_Workbook::codeAboveTheFirstHeaderIsACell()
{
    const Workbook workbook(u"import asyncio\n\n# %% a\nx"_s);
    QCOMPARE(workbook.cellCount(), 2);
    QCOMPARE(workbook.cells()[0].headerLine, 0);
    QCOMPARE(workbook.body(workbook.cells()[0]), u"import asyncio\n\n"_s);
    QCOMPARE(workbook.body(workbook.cells()[1]), u"x"_s);
}

void tst_Workbook::cellAtFindsHeaderBodyAndLastLine()
{
    const Workbook workbook(u"# %% a\nx\n\n# %% b\ny\n"_s);
    QCOMPARE(workbook.lineCount(), 6);
    for (int line : {1, 2, 3})
        QCOMPARE(workbook.cellAt(line)->title, u"a"_s);
    for (int line : {4, 5, 6})
        QCOMPARE(workbook.cellAt(line)->title, u"b"_s);
    QVERIFY(!workbook.cellAt(0));
    QVERIFY(!workbook.cellAt(7));
}

void tst_Workbook::linesAreCountedForEveryLineEnding_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("unix") << u"a\n# %% b\nc\n"_s;
    QTest::newRow("windows") << u"a\r\n# %% b\r\nc\r\n"_s;
    QTest::newRow("mac") << u"a\r# %% b\rc\r"_s;
    QTest::newRow("mixed") << u"a\r# %% b\r\nc\n"_s;
    // U+2028 and form feed do not end a line, for Python and for the editor alike.
    QTest::newRow("separators") << u"a\u2028x\f\n# %% b\nc\u0085\n"_s;
}

void tst_Workbook::linesAreCountedForEveryLineEnding()
{
    QFETCH(QString, text);
    const Workbook workbook(text);
    QCOMPARE(workbook.lineCount(), 4);
    QCOMPARE(workbook.cellCount(), 2);
    QCOMPARE(workbook.cells()[1].headerLine, 2);
    QCOMPARE(workbook.cells()[1].title, u"b"_s);
    QCOMPARE(workbook.body(workbook.cells()[1]).at(0), u'c');
}

void tst_Workbook::aTextCellLosesItsCommentSigns()
{
    const Workbook workbook(u"# %% [markdown] Intro\r\n# # Title\r\n#\r\n#  indented\r\nbare"_s);
    QCOMPARE(workbook.markdown(workbook.cells()[0]), u"# Title\n\n indented\nbare"_s);
    const Workbook code(u"# %%\n# c\nx"_s);
    QCOMPARE(code.markdown(code.cells()[0]), u"# c\nx"_s);
}

void tst_Workbook::newLinesFollowTheFile_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("ending");
    QTest::newRow("empty") << QString() << u"\n"_s;
    QTest::newRow("unix") << u"a\nb\n"_s << u"\n"_s;
    QTest::newRow("windows") << u"a\r\nb\r\nc\n"_s << u"\r\n"_s;
    QTest::newRow("mac") << u"a\rb\r"_s << u"\r"_s;
    QTest::newRow("a draw") << u"a\r\nb\n"_s << u"\n"_s;
}

void tst_Workbook::newLinesFollowTheFile()
{
    QFETCH(QString, text);
    QTEST(Workbook(text).lineEnding(), "ending");
}

void tst_Workbook::typingBeyondLatin1MakesTheFileUtf8()
{
    auto workbook = Workbook::fromBytes("caf\xE9\n");
    QCOMPARE(workbook->text(), u"caf\u00e9\n"_s);
    workbook->setText(workbook->text() + u"\u4e2d"_s);
    QCOMPARE(workbook->toBytes(), QByteArray("caf\xC3\xA9\n\xE4\xB8\xAD"));
}

void tst_Workbook::whatCannotBeReadIsASentence()
{
    QTemporaryDir folder;
    QString error;
    QVERIFY(!Workbook::load(folder.filePath(u"missing.py"_s), &error));
    QVERIFY2(error.startsWith(u"missing.py cannot be read: "_s), qPrintable(error));
    QVERIFY(!Workbook::load(folder.path(), &error));
    QVERIFY2(error.contains(u"is a folder"_s), qPrintable(error));
    QVERIFY(!Workbook::fromBytes(QByteArray("SQLite format 3\0x", 17), &error));
    QVERIFY2(error.contains(u"not a text file"_s), qPrintable(error));
}

void tst_Workbook::aFailedSaveSaysSoAndKeepsTheFile()
{
    QTemporaryDir folder;
    QString error;
    const Workbook workbook(u"x"_s);
    QVERIFY(!workbook.save(folder.filePath(u"no/such/folder/a.py"_s), &error));
    QVERIFY2(error.startsWith(u"a.py cannot be saved: "_s), qPrintable(error));
}

void tst_Workbook::savingKeepsPermissionsAndLinks()
{
    QTemporaryDir folder;
    const QString real = folder.filePath(u"real.py"_s), link = folder.filePath(u"link.py"_s);
    QVERIFY(Workbook(u"a"_s).save(real));
    QVERIFY(QFile::setPermissions(real, QFile::ReadOwner | QFile::WriteOwner));
    QVERIFY(QFile::link(real, link));
    QVERIFY(Workbook(u"b"_s).save(link));
    QVERIFY(QFileInfo(link).isSymLink());
    QCOMPARE(Workbook::load(real)->text(), u"b"_s);
    QVERIFY(!(QFileInfo(real).permissions() & (QFile::ReadGroup | QFile::ReadOther)));
}

QTEST_GUILESS_MAIN(tst_Workbook)
#include "tst_workbook.moc"
