#include <QFile>
#include <QProcess>
#include <QTest>

using namespace Qt::Literals::StringLiterals;

/// What must not compile does not, and says why in words that a person can read.
class TestWrongCode : public QObject {
    Q_OBJECT

private:
    QString m_output;
    static QString read(const QString &path)
    {
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly))
            qFatal("%s cannot be read", qPrintable(path));
        return QString::fromUtf8(file.readAll());
    }
    static QString source() { return QStringLiteral(HEDDLE_WRONG_CODE "/wrong.cpp"); }
    /// The compiler of the build, with what the build includes: one argument a line.
    static QString compile(const QString &file)
    {
        QStringList arguments =
            read(QStringLiteral(HEDDLE_COMPILE_FLAGS)).split(u'\n', Qt::SkipEmptyParts);
        arguments << u"-fsyntax-only"_s << u"-fno-diagnostics-color"_s << file;
        QProcess process;
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.start(QStringLiteral(HEDDLE_COMPILER), arguments);
        if (!process.waitForFinished(280'000))
            qFatal("the compiler did not end: %s", qPrintable(process.errorString()));
        QString output = QString::fromUtf8(process.readAll());
        // Typographic quotes are the compiler's choice by locale.
        output.replace(u'\u2018', u'\'').replace(u'\u2019', u'\'');
        return output;
    }
    /// The errors that come from one line: from the header's `required from here` at that line on.
    QString errorsOfLine(int line) const
    {
        const QString place = u"wrong.cpp:%1:"_s.arg(line);
        QStringList found;
        const QStringList lines = m_output.split(u'\n');
        for (qsizetype i = 0; i < lines.size(); ++i) {
            if (!lines[i].contains(place))
                continue;
            // GCC names the place before the error, Clang behind it.
            for (qsizetype near = qMax<qsizetype>(0, i - 12); near < qMin(lines.size(), i + 12);
                 ++near)
                found << lines[near];
        }
        return found.join(u'\n');
    }

private Q_SLOTS:
    void initTestCase() { m_output = compile(source()); }

    void wrongCodeDoesNotCompile_data()
    {
        QTest::addColumn<int>("line");
        QTest::addColumn<QString>("words");
        const QStringList lines = read(source()).split(u'\n');
        for (qsizetype i = 0; i < lines.size(); ++i)
            if (const qsizetype at = lines[i].indexOf("// wrong: "_L1); at >= 0)
                QTest::newRow(qPrintable(lines[i].left(at).trimmed()))
                    << int(i + 1) << lines[i].mid(at + 10).trimmed();
    }
    void wrongCodeDoesNotCompile()
    {
        QFETCH(int, line);
        QFETCH(QString, words);
        const QString errors = errorsOfLine(line);
        QVERIFY2(errors.contains(u"error"), qPrintable(u"line %1 compiles"_s.arg(line)));
        QVERIFY2(errors.contains(words), qPrintable(errors));
    }

    void nothingElseIsWrong()
    {
        // Every error comes, somewhere on its way, from a marked line: the rest of the file is
        // right. A copy without the marked lines compiles.
        QStringList right;
        for (const QString &line : read(source()).split(u'\n'))
            if (!line.contains("// wrong: "_L1))
                right << line;
        QString text = right.join(u'\n');
        text.remove(u"    db.objects<HoldsAWidget>();\n    db.objects<DescribesAnother>();\n"_s);
        const QString path = QStringLiteral(HEDDLE_WRONG_CODE_COPY);
        QFile copy(path);
        QVERIFY(copy.open(QIODevice::WriteOnly));
        copy.write(text.toUtf8());
        copy.close();
        QCOMPARE(compile(path), QString());
    }
};

QTEST_GUILESS_MAIN(TestWrongCode)
#include "tst_wrongcode.moc"
