#include "orm/schema/migrations.h"

#include "orm/values/errors.h"

#include <QDir>
#include <QFile>
#include <QSaveFile>
#include <QSet>
#include <algorithm>

namespace heddle {

using namespace Qt::Literals::StringLiterals;

const QString migrationsTable = QStringLiteral("heddle_migrations");

namespace {

/// Dependencies before those that need them; otherwise by name, which begins with a number.
class Sorter {
public:
    explicit Sorter(std::vector<Migration> all) : m_all(std::move(all))
    {
        std::sort(m_all.begin(), m_all.end(),
                  [](const Migration &a, const Migration &b) { return a.name < b.name; });
        for (std::size_t i = 0; i < m_all.size(); ++i) {
            if (m_index.contains(m_all[i].name))
                throw ProgrammingError(u"Two migrations are called %1."_s.arg(m_all[i].name));
            m_index.insert(m_all[i].name, i);
        }
    }

    std::vector<Migration> sorted()
    {
        for (const Migration &migration : m_all)
            visit(migration);
        return std::move(m_out);
    }

private:
    void visit(const Migration &migration)
    {
        if (m_done.contains(migration.name))
            return;
        if (m_open.contains(migration.name))
            throw ProgrammingError(u"The migrations depend on each other in a circle: %1."_s.arg(
                m_open.join(" -> "_L1)));
        m_open << migration.name;
        for (const QString &dependency : migration.dependencies) {
            const auto it = m_index.constFind(dependency);
            if (it == m_index.constEnd())
                throw ProgrammingError(u"Migration %1 depends on %2, which is not there."_s.arg(
                    migration.name, dependency));
            visit(m_all[*it]);
        }
        m_open.removeLast();
        m_done.insert(migration.name);
        m_out.push_back(migration);
    }

    std::vector<Migration> m_all, m_out;
    QHash<QString, std::size_t> m_index;
    QSet<QString> m_done;
    QStringList m_open;
};

/// "0007" of "0007_book_isbn"; 0 if there is none.
int numberOf(const QString &name)
{
    return name.section(u'_', 0, 0).toInt();
}

QByteArray asComment(const QString &text)
{
    QString line = text;
    return "-- " + line.replace(u'\n', u' ').toUtf8() + '\n';
}

} // namespace

QString MigrationStatus::text() const
{
    QString out;
    switch (state) {
    case State::Pending:
        out = u"%1 is not applied yet"_s.arg(name);
        break;
    case State::Applied:
        out = u"%1 was applied on %2"_s.arg(name, applied);
        break;
    case State::Missing:
        out = u"%1 was applied on %2, but its file is missing"_s.arg(name, applied);
        break;
    case State::Changed:
        out = u"%1 was applied on %2, but its file was changed since"_s.arg(name, applied);
        break;
    }
    if (edited && state == State::Pending)
        out += u" (edited by hand)"_s;
    return out + u'.';
}

Migrations::Migrations(std::vector<Migration> migrations)
    : m_migrations(Sorter(std::move(migrations)).sorted())
{
    for (const Migration &migration : m_migrations) {
        SchemaSpec state = m_states.back();
        for (const SchemaOperation &operation : migration.operations) {
            try {
                applyTo(state, operation);
            } catch (const ProgrammingError &error) {
                throw ProgrammingError(u"Migration %1, '%2': %3"_s.arg(
                    migration.name, describe(operation), error.message()));
            }
        }
        m_states.push_back(std::move(state));
    }
}

Migrations Migrations::load(const QString &folder)
{
    std::vector<Migration> migrations;
    const QDir dir(folder);
    for (const QString &entry : dir.entryList({u"*.json"_s}, QDir::Files, QDir::Name)) {
        QFile file(dir.filePath(entry));
        if (!file.open(QIODevice::ReadOnly))
            throw OperationalError(
                u"cannot read %1: %2"_s.arg(file.fileName(), file.errorString()));
        QString why;
        std::optional<Migration> migration = migrationFromJson(file.readAll(), &why);
        if (!migration)
            throw OperationalError(u"%1 is no migration: %2"_s.arg(file.fileName(), why));
        const QString expected = entry.chopped(5);
        if (migration->name != expected)
            throw OperationalError(u"%1 says that it is called %2; a migration is called as its "
                                   "file."_s.arg(file.fileName(), migration->name));
        migrations.push_back(std::move(*migration));
    }
    return Migrations(std::move(migrations));
}

const Migration *Migrations::find(const QString &name) const
{
    const auto it = std::find_if(m_migrations.begin(), m_migrations.end(),
                                 [&](const Migration &m) { return m.name == name; });
    return it == m_migrations.end() ? nullptr : &*it;
}

const SchemaSpec &Migrations::stateBefore(const QString &name) const
{
    for (std::size_t i = 0; i < m_migrations.size(); ++i) {
        if (m_migrations[i].name == name)
            return m_states[i];
    }
    return m_states.back();
}

Migration Migrations::plan(const SchemaSpec &wanted, const DiffOptions &options,
                           const QString &name) const
{
    Migration out;
    out.operations = diffSchemas(state(), wanted, options);
    int number = 0;
    QSet<QString> neededByOthers;
    for (const Migration &migration : m_migrations) {
        number = std::max(number, numberOf(migration.name));
        for (const QString &dependency : migration.dependencies)
            neededByOthers.insert(dependency);
    }
    for (const Migration &migration : m_migrations) {
        if (!neededByOthers.contains(migration.name))
            out.dependencies << migration.name;
    }
    const QString words =
        name.isEmpty() ? suggestedName(out.operations, m_migrations.empty()) : name;
    out.name = u"%1_%2"_s.arg(number + 1, 4, 10, QLatin1Char('0')).arg(words);
    return out;
}

QByteArray Migrations::sql(const Migration &migration, const Dialect &dialect, bool backwards) const
{
    SchemaSpec state = stateBefore(migration.name);
    SchemaOperations operations = migration.operations;
    if (backwards) {
        operations.clear();
        for (const SchemaOperation &operation : migration.operations) {
            applyTo(state, operation);
            operations.insert(operations.begin(), reversed(operation));
        }
    }
    return sqlText(operations, state, dialect);
}

QByteArray sqlText(const SchemaOperations &operations, const SchemaSpec &before,
                   const Dialect &dialect)
{
    const DdlWriter &writer = ddlFor(dialect);
    const DdlScript script = writer.script(operations, before);
    QByteArray out;
    for (const SchemaOperation &operation : operations)
        out += asComment(describe(operation));
    for (const QByteArray &line : writer.prologue(script))
        out += line + ";\n";
    for (const DdlStatement &statement : script.statements) {
        out += statement.sql + ";\n";
        for (std::size_t i = 0; i < statement.parameters.size(); ++i)
            out +=
                asComment(u"parameter %1: %2"_s.arg(i + 1).arg(statement.parameters[i].toRepr()));
    }
    for (const QByteArray &line : writer.epilogue(script))
        out += line + ";\n";
    return out;
}

Migrations Migrations::with(Migration migration) const
{
    std::vector<Migration> all = m_migrations;
    all.push_back(std::move(migration));
    return Migrations(std::move(all));
}

QString Migrations::write(const QString &folder, const Migration &migration)
{
    const QDir dir(folder);
    if (!dir.mkpath(u"."_s))
        throw OperationalError(u"cannot make the folder %1"_s.arg(folder));
    const QString path = dir.filePath(migration.name + ".json"_L1);
    if (QFile::exists(path))
        throw OperationalError(u"%1 is there already"_s.arg(path));
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(migrationToJson(migration)) < 0 ||
        !file.commit())
        throw OperationalError(u"cannot write %1: %2"_s.arg(path, file.errorString()));
    return path;
}

} // namespace heddle
