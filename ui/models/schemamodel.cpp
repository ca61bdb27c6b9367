#include "ui/models/schemamodel.h"

#include <QLocale>
#include <algorithm>

namespace heddle::ui {

using namespace Qt::Literals::StringLiterals;

struct SchemaModel::Node {
    SchemaNodeKind kind = SchemaNodeKind::Database;
    QString name;
    QString detail;
    QString model;
    QString target;
    QString comment;
    bool isKey = false;
    bool isView = false;
    Node *parent = nullptr;
    int row = 0;
    std::vector<std::unique_ptr<Node>> children;

    Node &add(SchemaNodeKind childKind, const QString &childName, const QString &childDetail)
    {
        auto child = std::make_unique<Node>();
        child->kind = childKind;
        child->name = childName;
        child->detail = childDetail;
        child->model = childKind == SchemaNodeKind::Model ? childName : model;
        child->parent = this;
        child->row = int(children.size());
        children.push_back(std::move(child));
        return *children.back();
    }
};

namespace {

QString typeWord(FieldKind kind)
{
    switch (kind) {
    case FieldKind::Auto:
    case FieldKind::BigAuto:
    case FieldKind::SmallAuto:
    case FieldKind::SmallInteger:
    case FieldKind::Integer:
    case FieldKind::BigInteger:
    case FieldKind::PositiveInteger:
        return u"integer"_s;
    case FieldKind::Boolean:
        return u"boolean"_s;
    case FieldKind::Char:
    case FieldKind::Text:
        return u"text"_s;
    case FieldKind::Binary:
        return u"bytes"_s;
    case FieldKind::Float:
        return u"float"_s;
    case FieldKind::Decimal:
        return u"decimal"_s;
    case FieldKind::Date:
        return u"date"_s;
    case FieldKind::Time:
        return u"time"_s;
    case FieldKind::DateTime:
        return u"datetime"_s;
    case FieldKind::Duration:
        return u"duration"_s;
    case FieldKind::Uuid:
        return u"uuid"_s;
    case FieldKind::Json:
        return u"json"_s;
    case FieldKind::Array:
        return u"array"_s;
    case FieldKind::ForeignKey:
    case FieldKind::OneToOne:
        return u"relation"_s;
    case FieldKind::Other:
        break;
    }
    return {};
}

QString countText(const std::optional<qint64> &rows)
{
    return rows && *rows >= 0 ? QLocale().toString(*rows) : QString();
}

} // namespace

QString fieldTypeText(const Field &field)
{
    const FieldType type = field.valueType();
    QString text = typeWord(type.kind);
    if (text.isEmpty())
        text = field.databaseType.isEmpty() ? u"any"_s : field.databaseType.toLower();
    if (type.kind == FieldKind::Char && type.maxLength > 0)
        text += u" %1"_s.arg(type.maxLength);
    if (type.kind == FieldKind::Decimal && type.maxDigits > 0)
        text += u" %1,%2"_s.arg(type.maxDigits).arg(std::max(type.decimalPlaces, 0));
    return field.null && !field.primaryKey ? text + u'?' : text;
}

SchemaModel::SchemaModel(QObject *parent)
    : QAbstractItemModel(parent), m_root(std::make_unique<Node>())
{
}

SchemaModel::~SchemaModel() = default;

void SchemaModel::addFields(Node &parent, const ModelInfo &model)
{
    for (const auto &field : model.fields()) {
        if (field->isRelation()) {
            QString detail = field->target->name + (field->null ? u"?"_s : QString());
            Node &node = parent.add(SchemaNodeKind::ForwardRelation, field->name, detail);
            node.target = field->target->name;
            node.isKey = field->primaryKey;
            node.comment = field->comment;
            continue;
        }
        QString detail = fieldTypeText(*field);
        if (field->generated)
            detail += tr(" · generated");
        if (!field->primaryKey && field->unique)
            detail += tr(" · unique");
        else if (!field->primaryKey && field->indexed)
            detail += tr(" · index");
        Node &node = parent.add(SchemaNodeKind::Field, field->name, detail);
        node.isKey = field->primaryKey;
        node.comment = field->comment;
    }
}

void SchemaModel::addRelations(Node &parent, const ModelInfo &model)
{
    // Many-to-many first: they read like fields, while reverse keys lead away.
    for (const bool manyToMany : {true, false}) {
        for (const auto &relation : model.relations()) {
            if ((relation->kind == RelationKind::ManyToMany) != manyToMany)
                continue;
            const bool many = relation->kind != RelationKind::ReverseOneToOne;
            const QString detail = relation->target->name + (many ? u" ×n"_s : QString());
            Node &node = parent.add(manyToMany ? SchemaNodeKind::ManyToMany
                                               : SchemaNodeKind::ReverseRelation,
                                    relation->accessor, detail);
            node.target = relation->target->name;
            node.comment = tr("%1 in filter()").arg(relation->queryName);
        }
    }
}

void SchemaModel::setRegistry(ModelRegistryPtr registry, const QString &databaseName,
                              const QString &databaseDetail)
{
    beginResetModel();
    m_registry = std::move(registry);
    m_root = std::make_unique<Node>();
    Node &database = m_root->add(SchemaNodeKind::Database, databaseName, databaseDetail);
    if (m_registry) {
        for (const auto &model : m_registry->models()) {
            Node &node =
                database.add(SchemaNodeKind::Model, model->name, countText(model->rowEstimate));
            node.isView = model->isView;
            node.comment = model->comment;
            if (model->isView)
                node.detail = node.detail.isEmpty() ? tr("view") : tr("view · %1").arg(node.detail);
            addFields(node, *model);
            addRelations(node, *model);
        }
    }
    endResetModel();
}

void SchemaModel::clear()
{
    beginResetModel();
    m_registry.reset();
    m_root = std::make_unique<Node>();
    endResetModel();
}

void SchemaModel::setRowEstimate(const QString &modelName, qint64 rows)
{
    const QModelIndex index = indexOfModel(modelName);
    if (!index.isValid())
        return;
    auto *model = static_cast<Node *>(index.internalPointer());
    model->detail = model->isView ? tr("view · %1").arg(countText(rows)) : countText(rows);
    Q_EMIT dataChanged(index, index, {DetailRole});
}

QModelIndex SchemaModel::indexOfModel(const QString &modelName) const
{
    if (m_root->children.empty())
        return {};
    for (const auto &model : m_root->children.front()->children) {
        if (model->name == modelName)
            return createIndex(model->row, 0, model.get());
    }
    return {};
}

int SchemaModel::modelCount() const
{
    return m_root->children.empty() ? 0 : int(m_root->children.front()->children.size());
}

const SchemaModel::Node *SchemaModel::node(const QModelIndex &index) const
{
    return index.isValid() ? static_cast<const Node *>(index.constInternalPointer()) : m_root.get();
}

QModelIndex SchemaModel::index(int row, int column, const QModelIndex &parent) const
{
    const Node *above = node(parent);
    if (column != 0 || row < 0 || row >= int(above->children.size()))
        return {};
    return createIndex(row, 0, above->children[std::size_t(row)].get());
}

QModelIndex SchemaModel::parent(const QModelIndex &index) const
{
    const Node *above = index.isValid() ? node(index)->parent : nullptr;
    if (!above || above == m_root.get())
        return {};
    return createIndex(above->row, 0, above);
}

int SchemaModel::rowCount(const QModelIndex &parent) const
{
    return parent.column() > 0 ? 0 : int(node(parent)->children.size());
}

int SchemaModel::columnCount(const QModelIndex &) const
{
    return 1;
}

QVariant SchemaModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const Node *n = node(index);
    switch (role) {
    case Qt::DisplayRole:
        return n->name;
    case Qt::AccessibleTextRole:
        return n->detail.isEmpty() ? n->name : n->name + u", "_s + n->detail;
    case Qt::ToolTipRole:
        return n->comment.isEmpty() ? QVariant() : QVariant(n->comment);
    case KindRole:
        return int(n->kind);
    case DetailRole:
        return n->detail;
    case ModelNameRole:
        return n->model;
    case TargetRole:
        return n->target;
    case IsKeyRole:
        return n->isKey;
    case IsViewRole:
        return n->isView;
    default:
        return {};
    }
}

SchemaFilter::SchemaFilter(QObject *parent) : QSortFilterProxyModel(parent)
{
    setRecursiveFilteringEnabled(true);
    setAutoAcceptChildRows(false); // filterAcceptsRow() knows better which children
}

void SchemaFilter::setText(const QString &text)
{
    const QString trimmed = text.trimmed();
    if (trimmed == m_text)
        return;
    m_text = trimmed;
    invalidateFilter();
}

bool SchemaFilter::filterAcceptsRow(int row, const QModelIndex &parent) const
{
    if (m_text.isEmpty())
        return true;
    const QModelIndex index = sourceModel()->index(row, 0, parent);
    const auto contains = [](const QModelIndex &i, QStringView text) {
        return i.data(Qt::DisplayRole).toString().contains(text, Qt::CaseInsensitive);
    };
    const auto kind = SchemaNodeKind(index.data(SchemaModel::KindRole).toInt());
    if (kind == SchemaNodeKind::Database)
        return false; // stays as long as something under it does
    const qsizetype dot = m_text.indexOf(u'.');
    if (dot > 0) {
        const QStringView model = QStringView(m_text).left(dot);
        const QStringView field = QStringView(m_text).mid(dot + 1);
        return kind != SchemaNodeKind::Model ? contains(parent, model) && contains(index, field)
                                             : field.isEmpty() && contains(index, model);
    }
    return contains(index, m_text) || (kind != SchemaNodeKind::Model && contains(parent, m_text));
}

} // namespace heddle::ui
