#pragma once

#include "orm/values/rowbatch.h"
#include "orm/values/value.h"

#include <QHash>
#include <QString>
#include <QStringList>
#include <memory>
#include <optional>
#include <vector>

namespace heddle {

class ModelInfo;
class ModelRegistry;
struct Field;

/// Django's field classes, as far as a database has them.
enum class FieldKind {
    Auto,
    BigAuto,
    SmallAuto, // automatic primary keys
    SmallInteger,
    Integer,
    BigInteger,
    PositiveInteger, // PositiveInteger: typed models only
    Boolean,
    Char,
    Text,
    Binary,
    Float,
    Decimal,
    Date,
    Time,
    DateTime,
    Duration,
    Uuid,
    Json,
    Array,
    ForeignKey,
    OneToOne,
    Other, // a column type that Heddle does not know: read as it comes, filtered as text
};

/// A value type: what an expression or a column holds. Django's `output_field`.
struct FieldType {
    FieldKind kind = FieldKind::Other;
    int maxLength = -1;                   // Char
    int maxDigits = -1;                   // Decimal
    int decimalPlaces = -1;               // Decimal
    bool withZone = false;                // DateTime
    FieldKind element = FieldKind::Other; // Array
    bool operator==(const FieldType &) const = default;

    /// "CharField", "DecimalField", "ForeignKey": the class name in messages.
    QString className() const;
    /// "CharField(40)", "DecimalField(10,2)".
    QString toString() const;
    /// Reads what toString() writes; nothing for any other text. Relations cannot be read: they
    /// need a target.
    static std::optional<FieldType> fromString(const QString &text);
    /// How a result column of this type is stored. Of a relation ask Field::valueType(); by itself
    /// it says nothing.
    ColumnType columnType() const;
    bool isText() const;     // Char, Text, Other
    bool isInteger() const;  // all integer and automatic kinds
    bool isTemporal() const; // Date, Time, DateTime
};

enum class OnDelete { Cascade, SetNull, DoNothing, Protect, Restrict, SetDefault };

/// One column of a model. For a foreign key `name` is the relation ("album") and `attname` the
/// value ("album_id").
struct Field {
    const ModelInfo *model = nullptr;
    int index = 0; // position in ModelInfo::fields()
    QString name;
    QString attname;
    QString column;
    FieldType type; // ForeignKey and OneToOne: the kind says relation; valueType() says what the
                    // column holds
    QString databaseType; // as declared: "NVARCHAR(160)"
    bool null = true;
    bool primaryKey = false; // the whole primary key, or a part of it: see ModelInfo::primaryKey()
    bool unique = false;     // a UNIQUE over this column alone, or the whole primary key
    bool indexed = false;
    bool automatic = false;            // the database gives a value when none is given (AutoField)
    bool generated = false;            // GENERATED ALWAYS AS: never written
    std::optional<QString> defaultSql; // DEFAULT clause as written
    QString comment;

    // Foreign keys only.
    const ModelInfo *target = nullptr;
    const Field *targetField = nullptr;
    OnDelete onDelete = OnDelete::DoNothing;

    bool isRelation() const { return target != nullptr; }
    /// The type of the stored value: for a relation that of the column it points to (an automatic
    /// key counts as integer).
    FieldType valueType() const;
};

enum class RelationKind { ReverseForeignKey, ReverseOneToOne, ManyToMany };

/// A way from one model to another that is not a column of it.
struct Relation {
    RelationKind kind = RelationKind::ReverseForeignKey;
    const ModelInfo *model = nullptr;  // where it starts
    QString queryName;                 // in filter(): "track"
    QString accessor;                  // on an object: "track_set"; one-to-one: "track"
    const ModelInfo *target = nullptr; // where it leads
    const Field *field = nullptr;      // Reverse*: the foreign key on `target` that points here
    // Many-to-many:
    const ModelInfo *through = nullptr;
    const Field *sourceField = nullptr; // foreign key of `through` that points to `model`
    const Field *farField = nullptr;    // foreign key of `through` that points to `target`
};

struct UniqueConstraint {
    QString name;
    std::vector<const Field *> fields;
    bool primaryKey = false;
};

struct IndexInfo {
    QString name;
    QStringList columns; // column names; an expression as its SQL text, where known
    bool unique = false;
    bool partial = false;
};

/// What a table, a view or a typed struct is to the ORM. Immutable once its registry is built;
/// lives as long as that.
class ModelInfo {
public:
    QString name;   // "PlaylistTrack"
    QString table;  // "playlist_track"
    QString schema; // PostgreSQL; empty: the search path finds it
    bool isView = false;
    bool withoutRowId = false;
    std::optional<qint64> rowEstimate;
    QString comment;

    const std::vector<std::unique_ptr<Field>> &fields() const { return m_fields; }
    /// By name ("album") or attname ("album_id"); not "pk".
    const Field *field(const QString &nameOrAttname) const { return m_byName.value(nameOrAttname); }
    const Field *fieldByColumn(const QString &column) const;
    /// In key order; empty for a view or a table without a primary key.
    const std::vector<const Field *> &primaryKeys() const { return m_primaryKeys; }
    /// The single primary key field, or null (none, or composite).
    const Field *primaryKey() const
    {
        return m_primaryKeys.size() == 1 ? m_primaryKeys.front() : nullptr;
    }
    const std::vector<std::unique_ptr<Relation>> &relations() const { return m_relations; }
    const Relation *relationByQueryName(const QString &name) const
    {
        return m_byQueryName.value(name);
    }
    const Relation *relationByAccessor(const QString &name) const
    {
        return m_byAccessor.value(name);
    }
    const std::vector<UniqueConstraint> &uniqueConstraints() const { return m_uniques; }
    const std::vector<IndexInfo> &indexes() const { return m_indexes; }
    /// Every name that a lookup may start with, sorted: Django's "Choices are: ...".
    const QStringList &choices() const { return m_choices; }
    /// The id of a link table's two ends if this model is one (naming.md, 6).
    bool isManyToManyLink() const { return m_isLink; }

private:
    friend class ModelRegistryBuilder;
    std::vector<std::unique_ptr<Field>> m_fields;
    std::vector<std::unique_ptr<Relation>> m_relations;
    std::vector<const Field *> m_primaryKeys;
    std::vector<UniqueConstraint> m_uniques;
    std::vector<IndexInfo> m_indexes;
    QHash<QString, const Field *> m_byName;
    QHash<QString, const Relation *> m_byQueryName;
    QHash<QString, const Relation *> m_byAccessor;
    QStringList m_choices;
    bool m_isLink = false;
};

/// All models of one database. Immutable; shared by every query on it.
class ModelRegistry {
public:
    const ModelInfo *model(const QString &name) const { return m_byName.value(name); }
    const ModelInfo *modelByTable(const QString &table) const { return m_byTable.value(table); }
    /// In the order of their names.
    const std::vector<std::unique_ptr<ModelInfo>> &models() const { return m_models; }

private:
    friend class ModelRegistryBuilder;
    std::vector<std::unique_ptr<ModelInfo>> m_models;
    QHash<QString, const ModelInfo *> m_byName;
    QHash<QString, const ModelInfo *> m_byTable;
};

using ModelRegistryPtr = std::shared_ptr<const ModelRegistry>;

} // namespace heddle
