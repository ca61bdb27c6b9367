#pragma once

#include "orm/models/modelinfo.h"

#include <QAbstractItemModel>
#include <QSortFilterProxyModel>

namespace heddle::ui {

enum class SchemaNodeKind { Database, Model, Field, ForwardRelation, ReverseRelation, ManyToMany };

/// A database as a tree: its models, under each its fields in column order and the relations that
/// lead to and from it.
///
/// The tree is built once a registry; it keeps the registry alive. Colours are the delegate's
/// matter: the model says kinds.
class SchemaModel final : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Role {
        KindRole = Qt::UserRole + 1, // SchemaNodeKind as int
        DetailRole,                  // QString: "integer", "Author", "Book ×n", "5 000"
        ModelNameRole,               // QString: the model that the row is or belongs to
        TargetRole,                  // QString: the model that a relation leads to
        IsKeyRole,                   // bool: (part of) the primary key
        IsViewRole,                  // bool: models only
    };

    explicit SchemaModel(QObject *parent = nullptr);
    ~SchemaModel() override;

    /// `databaseDetail` stands behind the name: "SQLite · WAL".
    void setRegistry(ModelRegistryPtr registry, const QString &databaseName,
                     const QString &databaseDetail);
    void clear();
    /// A count that came later than the registry.
    void setRowEstimate(const QString &modelName, qint64 rows);
    QModelIndex indexOfModel(const QString &modelName) const;
    int modelCount() const;

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &index) const override;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;

private:
    struct Node;
    const Node *node(const QModelIndex &index) const;
    static void addFields(Node &parent, const ModelInfo &model);
    static void addRelations(Node &parent, const ModelInfo &model);

    ModelRegistryPtr m_registry;
    std::unique_ptr<Node> m_root; // invisible; its only child is the database
};

/// What of a SchemaModel contains the text, in any case of letters; a model that matches shows all
/// its fields. "book.auth" means: fields like "auth" of models like "book".
class SchemaFilter final : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit SchemaFilter(QObject *parent = nullptr);
    void setText(const QString &text);
    const QString &text() const { return m_text; }

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;

private:
    QString m_text;
};

/// The words of a field's type as the tree shows them: "integer", "text", "date?" where it may be
/// NULL.
QString fieldTypeText(const Field &field);

} // namespace heddle::ui
