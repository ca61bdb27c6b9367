#pragma once

#include "orm/advice/expected.h"
#include "orm/analysis/findings.h"
#include "orm/heddle.h"
#include "orm/objects/rowuse.h"
#include "orm/script/interpreter.h"
#include "tests/support/sqlitedatabase.h"

#include <QFile>
#include <QTemporaryDir>
#include <algorithm>

namespace heddle::test {

/// A library whose tables grow with one number: as many publishers, authors and tags, twice as many
/// books, two reviews and two tags a book. A SQLite file of its own, gone with this object.
class Library {
public:
    explicit Library(int size)
    {
        const QString path = m_folder.filePath(QStringLiteral("library.db"));
        QFile::copy(templateOf(size), path);
        m_database = Database::open(path);
    }
    const Database &database() const { return m_database; }

private:
    static constexpr const char *tables[] = {
        "CREATE TABLE publisher (id INTEGER PRIMARY KEY, name TEXT NOT NULL, city TEXT NOT NULL)",
        "CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT NOT NULL, born INTEGER NOT NULL, "
        "publisher_id INTEGER NOT NULL REFERENCES publisher (id))",
        "CREATE TABLE passport (id INTEGER PRIMARY KEY, number TEXT NOT NULL, "
        "author_id INTEGER NOT NULL UNIQUE REFERENCES author (id))",
        "CREATE TABLE book (id INTEGER PRIMARY KEY, title TEXT NOT NULL, year INTEGER NOT NULL, "
        "pages INTEGER NOT NULL, summary TEXT NOT NULL, "
        "author_id INTEGER NOT NULL REFERENCES author (id), "
        "publisher_id INTEGER NOT NULL REFERENCES publisher (id))",
        "CREATE TABLE review (id INTEGER PRIMARY KEY, stars INTEGER NOT NULL, "
        "book_id INTEGER NOT NULL REFERENCES book (id))",
        "CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT NOT NULL)",
        "CREATE TABLE book_tag (id INTEGER PRIMARY KEY, "
        "book_id INTEGER NOT NULL REFERENCES book (id), "
        "tag_id INTEGER NOT NULL REFERENCES tag (id), UNIQUE (book_id, tag_id))",
    };

    /// A file that is filled once, in one transaction: a disk may take long to keep each write.
    static QString templateOf(int size)
    {
        static QTemporaryDir folder;
        const QString path = folder.filePath(QString::number(size));
        if (QFile::exists(path))
            return path;
        const std::unique_ptr<Runner> runner =
            openDatabase(QStringLiteral("sqlite:///%1?mode=rwc").arg(path));
        execute(*runner, "BEGIN", {}, TraceKind::Begin);
        for (const char *sql : tables)
            write(*runner, sql);
        fill(*runner, size);
        execute(*runner, "COMMIT", {}, TraceKind::Commit);
        return path;
    }

    static void fill(Runner &runner, int size)
    {
        for (int i = 1; i <= size; ++i) {
            write(runner, "INSERT INTO publisher VALUES (?1, 'publisher ' || ?1, 'city ' || ?1)",
                  {i});
            write(runner, "INSERT INTO author VALUES (?1, 'author ' || ?1, 1900 + ?1, ?1)", {i});
            write(runner, "INSERT INTO passport VALUES (?1, 'P' || ?1, ?1)", {i});
            write(runner, "INSERT INTO tag VALUES (?1, 'tag ' || ?1)", {i});
        }
        for (int i = 1; i <= 2 * size; ++i) {
            write(runner,
                  "INSERT INTO book VALUES (?1, 'book ' || ?1, 1950 + ?1, 90 + ?1 * 5, 'about', "
                  "?2, ?3)",
                  {i, (i - 1) % size + 1, (i * 5) % size + 1});
            for (int k = 0; k < 2; ++k) {
                write(runner, "INSERT INTO review (stars, book_id) VALUES (?1, ?2)", {k + 3, i});
                write(runner, "INSERT INTO book_tag (book_id, tag_id) VALUES (?1, ?2)",
                      {i, (i + k) % size + 1});
            }
        }
    }

    QTemporaryDir m_folder;
    Database m_database;
};

/// A text as it ran on a database: what it printed, and its trace.
struct Ran {
    QStringList lines;
    std::vector<TraceRecord> records;
    int queries() const
    {
        return int(std::count_if(records.begin(), records.end(), [](const TraceRecord &r) {
            return r.kind == TraceKind::Read || r.kind == TraceKind::Write;
        }));
    }
    /// By the line that asked.
    int queriesOf(int line) const
    {
        return int(std::count_if(records.begin(), records.end(), [&](const TraceRecord &r) {
            return r.kind == TraceKind::Read && r.site.line == line;
        }));
    }
};

inline Ran ran(const QString &text, const Database &database)
{
    Ran result;
    TraceRecorder recorder;
    database.setTraceSink(&recorder);
    {
        script::OutputBuffer output;
        script::InterpreterOptions options;
        options.database = database;
        options.sink = &recorder;
        options.output = &output;
        options.run = 1;
        const RowUseLog use(options.run);
        script::Interpreter interpreter(std::move(options));
        const script::RunOutcome outcome = interpreter.run(text);
        interpreter.finish();
        if (outcome.ok())
            for (TraceRecord &record : use.records(true))
                recorder.record(std::move(record));
        result.lines = output.lines;
        if (outcome.error)
            result.lines.append(outcome.error->toString());
    }
    database.setTraceSink(nullptr);
    result.records = recorder.take();
    return result;
}

/// What the analysis finds and the text does not mark as expected, but praise.
inline std::vector<analysis::Finding> findingsIn(const QString &text,
                                                 const std::vector<TraceRecord> &records)
{
    std::vector<analysis::Finding> found = analysis::findingsOf(records);
    std::vector<advice::Expected> expected = advice::expectedIn(notation::parseModule(text));
    advice::silence(&found, &expected);
    std::erase_if(
        found, [](const analysis::Finding &f) { return f.severity == analysis::Severity::Good; });
    return found;
}

/// "2 n-plus-one-relation", sorted.
inline QStringList verdictOf(const std::vector<analysis::Finding> &findings)
{
    QStringList verdict;
    for (const analysis::Finding &f : findings)
        verdict << QStringLiteral("%1 %2")
                       .arg(f.site.line)
                       .arg(QLatin1String(analysis::toText(f.rule)));
    verdict.sort();
    return verdict;
}

} // namespace heddle::test
