#include "tests/orm/script/scripting.h"
#include "tests/support/bookshopdatabase.h"

#include <QDir>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QTest>

using namespace heddle;
using namespace heddle::script;
using namespace Qt::Literals::StringLiterals;
using heddle::test::BookshopDatabase;

/// Scripts that are nearly right: whatever they do, they end by an error or a limit, and the next
/// script finds everything in order.
class TestScriptFuzz : public QObject {
    Q_OBJECT

private:
    QStringList m_pieces; // words and signs of valid scripts
    QStringList m_scripts;

    static int rounds()
    {
        bool ok = false;
        const int wanted = qEnvironmentVariableIntValue("HEDDLE_FUZZ", &ok);
        return ok ? wanted : 150;
    }

    QStringList cut(const QString &source) const
    {
        static const QRegularExpression piece(u"\\w+|\\s+|[^\\w\\s]"_s);
        QStringList pieces;
        for (auto it = piece.globalMatch(source); it.hasNext();)
            pieces << it.next().captured();
        return pieces;
    }

    QString mutated(QRandomGenerator &random) const
    {
        QStringList pieces = cut(m_scripts[qsizetype(random.bounded(int(m_scripts.size())))]);
        for (int changes = 1 + random.bounded(4); changes > 0 && !pieces.isEmpty(); --changes) {
            const auto at = [&] { return qsizetype(random.bounded(int(pieces.size()))); };
            const QString other = m_pieces[qsizetype(random.bounded(int(m_pieces.size())))];
            switch (random.bounded(4)) {
            case 0:
                pieces.removeAt(at());
                break;
            case 1:
                pieces[at()] = other;
                break;
            case 2:
                pieces.insert(at(), other);
                break;
            default:
                pieces.swapItemsAt(at(), at());
            }
        }
        return pieces.join(QString());
    }

private Q_SLOTS:
    void initTestCase()
    {
        const QDir folder(qEnvironmentVariable("HEDDLE_SOURCE_DIR") + u"/tests/orm/script/data"_s);
        for (const QString &file : folder.entryList({u"*.py"_s})) {
            QFile source(folder.filePath(file));
            QVERIFY(source.open(QIODevice::ReadOnly));
            // Short parts, so that most of what is changed is also reached.
            const QStringList lines = QString::fromUtf8(source.readAll()).split(u'\n');
            for (qsizetype i = 0; i < lines.size(); i += 8)
                m_scripts << lines.mid(i, 24).join(u'\n');
        }
        m_scripts << u"async def a():\n    return await Author.objects.acount()\n"
                     "def s():\n    return async_to_sync(a)() + len(Author.objects.all())\n"
                     "print(await gather(sync_to_async(s)(), a()))"_s
                  << u"async with atomic():\n    await Author.objects.acreate(name='x')\n"
                     "    async for b in Author.objects.filter(pk__gt=1)[:3]:\n"
                     "        print(b.name)"_s
                  << u"with atomic():\n    for b in Author.objects.iterator():\n"
                     "        b.save()\n        print(b.pk)"_s;
        for (const QString &script : std::as_const(m_scripts))
            m_pieces << cut(script);
    }

    void changedScriptsEndInOrder()
    {
        const BookshopDatabase shop;
        const quint32 seed = quint32(qEnvironmentVariableIntValue("HEDDLE_SEED"));
        QRandomGenerator random(seed ? seed : 20240726);
        InterpreterOptions options;
        options.database = shop.database();
        options.limits.time = std::chrono::milliseconds(100);
        options.limits.statements = 20'000;
        options.limits.queries = 50;
        options.limits.rows = 2'000;
        options.limits.memoryBytes = 32 << 20;
        for (int i = 0; i < rounds(); ++i) {
            const QString source = mutated(random);
            OutputBuffer buffer;
            options.output = &buffer;
            Interpreter interpreter(options);
            interpreter.run(source);
            const RunOutcome after = interpreter.run(u"Author.objects.filter(pk=1).count()"_s);
            if (after.error && after.error->type == u"LimitExceeded")
                continue; // its names hold all the memory that there is
            interpreter.finish();
        }
    }
};

QTEST_GUILESS_MAIN(TestScriptFuzz)
#include "tst_scriptfuzz.moc"
