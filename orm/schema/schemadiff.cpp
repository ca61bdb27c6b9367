#include "orm/schema/schemadiff.h"

#include <QSet>
#include <algorithm>

namespace heddle {

using namespace Qt::Literals::StringLiterals;

namespace {

/// Types between which a foreign key goes on working while one of its ends is changed.
int storageClass(const FieldType &type)
{
    if (type.isInteger())
        return 1;
    if (type.isText())
        return 2;
    return 3 + int(type.kind);
}

template <typename Item>
bool contains(const std::vector<Item> &items, const Item &wanted)
{
    return std::any_of(items.begin(), items.end(),
                       [&](const Item &item) { return item.sameAs(wanted); });
}

/// Compares and collects; `m_now` is the current schema with what has been collected applied to it.
class SchemaDiff {
public:
    SchemaDiff(const SchemaSpec &current, const SchemaSpec &wanted, const DiffOptions &options)
        : m_now(current), m_wanted(wanted), m_options(options)
    {
    }

    SchemaOperations run()
    {
        renameAsked();
        if (m_options.detectRenames) {
            detectTables();
            detectFields();
        }
        sortTables();
        removeForeignKeys();
        removeIndexes();
        createTables();
        changeFields();
        changePrimaryKeys();
        removeFields();
        addIndexes();
        addForeignKeys();
        dropTables();
        return std::move(m_operations);
    }

private:
    void add(SchemaOperation operation)
    {
        applyTo(m_now, operation);
        m_operations.push_back(std::move(operation));
    }

    bool same(const TableSpec &tableA, const ColumnSpec &a, const TableSpec &tableB,
              const ColumnSpec &b) const
    {
        return sameColumn(tableA, a, tableB, b, m_options.readBackAs);
    }

    // --- Renames ---

    void renameAsked()
    {
        // Tables first: a rename of a field names its table as it is wanted.
        for (const auto &rename : m_options.renames) {
            if (rename.table.isEmpty())
                add(ddl::RenameTable{rename.from, rename.to});
        }
        for (const auto &rename : m_options.renames) {
            if (!rename.table.isEmpty())
                add(ddl::RenameField{rename.table, rename.from, rename.to});
        }
    }

    bool sameShape(const TableSpec &a, const TableSpec &b) const
    {
        if (a.columns.size() != b.columns.size() || a.primaryKey != b.primaryKey)
            return false;
        return std::all_of(a.columns.begin(), a.columns.end(), [&](const ColumnSpec &column) {
            const ColumnSpec *other = b.column(column.name);
            return other && same(a, column, b, *other);
        });
    }

    void detectTables()
    {
        std::vector<std::pair<QString, QString>> found;
        for (const TableSpec &gone : m_now.tables) {
            if (m_wanted.table(gone.name))
                continue;
            QStringList candidates;
            for (const TableSpec &come : m_wanted.tables) {
                if (!m_now.table(come.name) && sameShape(gone, come))
                    candidates << come.name;
            }
            const auto taken = [&](const QString &name) {
                return std::any_of(found.begin(), found.end(),
                                   [&](const auto &pair) { return pair.second == name; });
            };
            if (candidates.size() == 1 && !taken(candidates.first()))
                found.emplace_back(gone.name, candidates.first());
        }
        for (const auto &[from, to] : found)
            add(ddl::RenameTable{from, to});
    }

    void detectFields()
    {
        for (const TableSpec &wanted : m_wanted.tables) {
            const TableSpec *now = m_now.table(wanted.name);
            if (!now)
                continue;
            std::vector<const ColumnSpec *> gone, come;
            for (const ColumnSpec &column : now->columns) {
                if (!wanted.column(column.name))
                    gone.push_back(&column);
            }
            for (const ColumnSpec &column : wanted.columns) {
                if (!now->column(column.name))
                    come.push_back(&column);
            }
            if (gone.size() == 1 && come.size() == 1 &&
                same(*now, *gone.front(), wanted, *come.front()))
                add(ddl::RenameField{wanted.name, QString(gone.front()->name), come.front()->name});
        }
    }

    // --- Order ---

    /// Wanted tables, those that others point to first; within a circle as they come.
    void sortTables()
    {
        QSet<QString> done, open;
        for (const TableSpec &table : m_wanted.tables)
            visit(table, done, open);
    }

    void visit(const TableSpec &table, QSet<QString> &done, QSet<QString> &open)
    {
        if (done.contains(table.name) || open.contains(table.name))
            return;
        open.insert(table.name);
        for (const ForeignKeySpec &key : table.foreignKeys) {
            if (const TableSpec *target = m_wanted.table(key.targetTable))
                visit(*target, done, open);
        }
        open.remove(table.name);
        done.insert(table.name);
        m_sorted.push_back(&table);
    }

    // --- Foreign keys ---

    bool isDropped(const QString &table) const
    {
        return !m_wanted.table(table) && !m_options.keepUnknownTables;
    }

    /// Whether a column is altered so that a key at it would not fit meanwhile.
    bool changesStorage(const QString &table, const QString &column) const
    {
        const TableSpec *now = m_now.table(table), *wanted = m_wanted.table(table);
        const ColumnSpec *before = now ? now->column(column) : nullptr;
        const ColumnSpec *after = wanted ? wanted->column(column) : nullptr;
        return before && after && !same(*now, *before, *wanted, *after) &&
               storageClass(before->type) != storageClass(after->type);
    }

    bool isDisturbed(const QString &table, const ForeignKeySpec &key) const
    {
        for (const QString &column : key.columns) {
            if (changesStorage(table, column))
                return true;
        }
        for (const QString &column : key.targetColumns) {
            if (changesStorage(key.targetTable, column))
                return true;
        }
        const TableSpec *target = m_now.table(key.targetTable);
        const TableSpec *targetWanted = m_wanted.table(key.targetTable);
        return target && targetWanted && target->primaryKey != targetWanted->primaryKey;
    }

    void removeForeignKeys()
    {
        const SchemaSpec before = m_now;
        for (const TableSpec &table : before.tables) {
            const TableSpec *wanted = m_wanted.table(table.name);
            if (!wanted && m_options.keepUnknownTables)
                continue;
            for (const ForeignKeySpec &key : table.foreignKeys) {
                // Two tables that both go need no key between them any more; one that stays, and
                // one that goes later, do.
                const bool goes = wanted ? !contains(wanted->foreignKeys, key) ||
                                               isDropped(key.targetTable) ||
                                               isDisturbed(table.name, key)
                                         : key.targetTable != table.name && isDropped(table.name);
                if (goes)
                    add(ddl::RemoveForeignKey{table.name, key});
            }
        }
    }

    void addForeignKeys()
    {
        for (const TableSpec *wanted : m_sorted) {
            for (const ForeignKeySpec &key : wanted->foreignKeys) {
                if (!contains(m_now.table(wanted->name)->foreignKeys, key))
                    add(ddl::AddForeignKey{wanted->name, key});
            }
        }
    }

    // --- Indexes ---

    void removeIndexes()
    {
        const SchemaSpec before = m_now;
        for (const TableSpec &table : before.tables) {
            const TableSpec *wanted = m_wanted.table(table.name);
            if (!wanted)
                continue;
            for (const IndexSpec &index : table.indexes) {
                if (!index.opaque && !contains(wanted->indexes, index))
                    add(ddl::RemoveIndex{table.name, index});
            }
        }
    }

    void addIndexes()
    {
        for (const TableSpec *wanted : m_sorted) {
            for (const IndexSpec &index : wanted->indexes) {
                if (!index.opaque && !contains(m_now.table(wanted->name)->indexes, index))
                    add(ddl::AddIndex{wanted->name, index});
            }
        }
    }

    // --- Tables and fields ---

    void createTables()
    {
        for (const TableSpec *wanted : m_sorted) {
            if (m_now.table(wanted->name))
                continue;
            ddl::CreateTable create{*wanted};
            // A key to what is not there yet is added at the end.
            std::erase_if(create.table.foreignKeys, [&](const ForeignKeySpec &key) {
                return key.targetTable != wanted->name && !m_now.table(key.targetTable);
            });
            std::erase_if(create.table.indexes, [](const IndexSpec &i) { return i.opaque; });
            add(std::move(create));
        }
    }

    /// A column that was introspected, with the type that is wanted where the database cannot tell
    /// them apart: then it is not the type that has to change.
    ColumnSpec asWanted(const TableSpec &table, const ColumnSpec &found,
                        const TableSpec &wantedTable, const ColumnSpec &wanted) const
    {
        ColumnSpec out = found;
        const DdlWriter *writer = m_options.readBackAs;
        if (writer &&
            writer->readBack(table, found).type == writer->readBack(wantedTable, wanted).type)
            out.type = wanted.type;
        return out;
    }

    void changeFields()
    {
        for (const TableSpec *wanted : m_sorted) {
            for (const ColumnSpec &column : wanted->columns) {
                const TableSpec now = *m_now.table(wanted->name);
                const ColumnSpec *before = now.column(column.name);
                if (!before)
                    add(ddl::AddField{wanted->name, column, {}});
                else if (!same(now, *before, *wanted, column))
                    add(ddl::AlterField{
                        wanted->name, asWanted(now, *before, *wanted, column), column, {}});
            }
        }
    }

    void changePrimaryKeys()
    {
        for (const TableSpec *wanted : m_sorted) {
            const QStringList before = m_now.table(wanted->name)->primaryKey;
            if (before != wanted->primaryKey)
                add(ddl::AlterPrimaryKey{wanted->name, before, wanted->primaryKey});
        }
    }

    void removeFields()
    {
        for (const TableSpec *wanted : m_sorted) {
            const TableSpec before = *m_now.table(wanted->name);
            for (const ColumnSpec &column : before.columns) {
                if (!wanted->column(column.name))
                    add(ddl::RemoveField{wanted->name, column});
            }
        }
    }

    void dropTables()
    {
        if (m_options.keepUnknownTables)
            return;
        const SchemaSpec before = m_now;
        for (const TableSpec &table : before.tables) {
            if (!m_wanted.table(table.name))
                add(ddl::DropTable{table});
        }
    }

    SchemaSpec m_now;
    const SchemaSpec &m_wanted;
    const DiffOptions &m_options;
    std::vector<const TableSpec *> m_sorted;
    SchemaOperations m_operations;
};

/// A difference as a statement about the database instead of an order to change it.
QString driftSentence(const SchemaOperation &operation)
{
    const auto list = [](const QStringList &names) { return names.join(", "_L1); };
    const auto said = [](const ColumnSpec &column) {
        QString text = typeText(column);
        text += column.null ? ", null"_L1 : ", not null"_L1;
        if (column.defaultSql)
            text += ", default "_L1 + *column.defaultSql;
        return text;
    };
    return std::visit(
        overloaded{
            [](const ddl::CreateTable &o) { return u"Table %1 is missing."_s.arg(o.table.name); },
            [](const ddl::DropTable &o) { return u"Table %1 is not wanted."_s.arg(o.table.name); },
            [](const ddl::RenameTable &o) {
                return u"Table %1 should be called %2."_s.arg(o.from, o.to);
            },
            [&](const ddl::AddField &o) {
                return u"Field %1 (%2) is missing in %3."_s.arg(o.column.name, said(o.column),
                                                                o.table);
            },
            [](const ddl::RemoveField &o) {
                return u"Field %1 of %2 is not wanted."_s.arg(o.column.name, o.table);
            },
            [&](const ddl::AlterField &o) {
                return u"Field %1 of %2 is %3, but %4 is wanted."_s.arg(
                    o.before.name, o.table, said(o.before), said(o.after));
            },
            [](const ddl::RenameField &o) {
                return u"Field %1 of %2 should be called %3."_s.arg(o.from, o.table, o.to);
            },
            [&](const ddl::AddIndex &o) {
                return u"%1 over (%2) is missing in %3."_s.arg(
                    o.index.unique ? u"A unique constraint"_s : u"An index"_s,
                    list(o.index.columns), o.table);
            },
            [&](const ddl::RemoveIndex &o) {
                return u"%1 %2 over (%3) of %4 is not wanted."_s.arg(
                    o.index.unique ? u"Unique constraint"_s : u"Index"_s, o.index.name,
                    list(o.index.columns), o.table);
            },
            [&](const ddl::AddForeignKey &o) {
                return u"A foreign key %1 -> %2(%3)%4 is missing in %5."_s.arg(
                    list(o.key.columns), o.key.targetTable, list(o.key.targetColumns),
                    onDeleteClause(o.key.onDelete).isEmpty()
                        ? QString()
                        : " on delete "_L1 + onDeleteClause(o.key.onDelete).toLower(),
                    o.table);
            },
            [&](const ddl::RemoveForeignKey &o) {
                return u"The foreign key %1 -> %2(%3)%4 of %5 is not wanted."_s.arg(
                    list(o.key.columns), o.key.targetTable, list(o.key.targetColumns),
                    onDeleteClause(o.key.onDelete).isEmpty()
                        ? QString()
                        : " on delete "_L1 + onDeleteClause(o.key.onDelete).toLower(),
                    o.table);
            },
            [&](const ddl::AlterPrimaryKey &o) {
                return u"The primary key of %1 is (%2), but (%3) is wanted."_s.arg(
                    o.table, list(o.before), list(o.after));
            },
            [](const ddl::RunSql &) { return QString(); },
        },
        operation);
}

} // namespace

SchemaOperations diffSchemas(const SchemaSpec &current, const SchemaSpec &wanted,
                             const DiffOptions &options)
{
    return SchemaDiff(current, wanted, options).run();
}

QStringList driftReport(const SchemaSpec &actual, const SchemaSpec &wanted, const DdlWriter &writer,
                        bool keepUnknownTables)
{
    DiffOptions options;
    options.readBackAs = &writer;
    options.keepUnknownTables = keepUnknownTables;
    QStringList out;
    for (const SchemaOperation &operation : diffSchemas(actual, wanted, options))
        out << driftSentence(operation);
    return out;
}

} // namespace heddle
