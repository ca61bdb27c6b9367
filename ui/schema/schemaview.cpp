#include "ui/schema/schemaview.h"

#include "ui/schema/schemadelegate.h"
#include "ui/style/icons.h"

#include <QApplication>
#include <QClipboard>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QTreeView>
#include <QVBoxLayout>

namespace heddle::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

// More rows than anybody reads are not unfolded: unfolding costs time with every key.
constexpr int mostRowsToUnfold = 2000;

SchemaNodeKind kindOf(const QModelIndex &index)
{
    return SchemaNodeKind(index.data(SchemaModel::KindRole).toInt());
}

} // namespace

SchemaView::SchemaView(SchemaModel &model, QWidget *parent) : QWidget(parent), m_model(model)
{
    setAccessibleName(tr("Schema"));
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);

    m_filterBox = new QLineEdit(this);
    m_filterBox->setPlaceholderText(tr("Filter models and fields"));
    m_filterBox->setAccessibleName(tr("Filter models and fields"));
    m_filterBox->setToolTip(tr("Part of a name, or model.field"));
    m_filterBox->setClearButtonEnabled(true);
    m_filterBox->installEventFilter(this);
    auto *around = new QVBoxLayout;
    around->setContentsMargins(8, 7, 8, 7);
    around->addWidget(m_filterBox);
    layout->addLayout(around);

    m_filter = new SchemaFilter(this);
    m_filter->setSourceModel(&model);
    m_tree = new QTreeView(this);
    m_tree->setModel(m_filter);
    m_tree->setItemDelegate(new SchemaDelegate(m_tree));
    m_tree->setHeaderHidden(true);
    m_tree->setUniformRowHeights(true);
    m_tree->setIndentation(12);
    m_tree->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_tree->setContextMenuPolicy(Qt::CustomContextMenu);
    m_tree->setAccessibleName(tr("Models, fields and relations"));
    m_tree->installEventFilter(this);
    layout->addWidget(m_tree, 1);
    setFocusProxy(m_tree);

    connect(m_filterBox, &QLineEdit::textChanged, this, &SchemaView::applyFilter);
    connect(&model, &QAbstractItemModel::modelReset, this, &SchemaView::modelReset);
    connect(m_tree, &QWidget::customContextMenuRequested, this, &SchemaView::showMenu);
    connect(m_tree, &QTreeView::doubleClicked, this, [this](const QModelIndex &index) {
        if (kindOf(index) != SchemaNodeKind::Database && kindOf(index) != SchemaNodeKind::Model)
            Q_EMIT insertRequested(index.data().toString());
    });
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex &current) {
                if (current.isValid() && kindOf(current) != SchemaNodeKind::Database)
                    Q_EMIT modelSelected(current.data(SchemaModel::ModelNameRole).toString());
            });
    modelReset();
}

void SchemaView::modelReset()
{
    m_expanded.clear();
    m_tree->expand(m_filter->index(0, 0));
}

void SchemaView::applyFilter(const QString &text)
{
    if (m_filter->text().isEmpty())
        rememberExpanded();
    m_filter->setText(text);
    const QModelIndex database = m_filter->index(0, 0);
    m_tree->expand(database);
    if (m_filter->text().isEmpty()) {
        restoreExpanded();
        return;
    }
    int rows = 0;
    for (int i = 0; i < m_filter->rowCount(database); ++i)
        rows += m_filter->rowCount(m_filter->index(i, 0, database));
    if (rows <= mostRowsToUnfold)
        m_tree->expandAll();
}

void SchemaView::rememberExpanded()
{
    m_expanded.clear();
    const QModelIndex database = m_filter->index(0, 0);
    for (int i = 0; i < m_filter->rowCount(database); ++i) {
        const QModelIndex model = m_filter->index(i, 0, database);
        if (m_tree->isExpanded(model))
            m_expanded.insert(model.data().toString());
    }
}

void SchemaView::restoreExpanded()
{
    const QModelIndex database = m_filter->index(0, 0);
    for (int i = 0; i < m_filter->rowCount(database); ++i) {
        const QModelIndex model = m_filter->index(i, 0, database);
        m_tree->setExpanded(model, m_expanded.contains(model.data().toString()));
    }
    if (m_tree->currentIndex().isValid())
        m_tree->scrollTo(m_tree->currentIndex());
}

void SchemaView::showModel(const QString &modelName)
{
    QModelIndex index = m_filter->mapFromSource(m_model.indexOfModel(modelName));
    if (!index.isValid()) {
        m_filterBox->clear(); // the filter hides it
        index = m_filter->mapFromSource(m_model.indexOfModel(modelName));
    }
    if (!index.isValid())
        return;
    m_tree->setCurrentIndex(index);
    m_tree->expand(index);
    m_tree->scrollTo(index, QAbstractItemView::PositionAtTop);
}

void SchemaView::focusFilter()
{
    m_filterBox->setFocus();
    m_filterBox->selectAll();
}

void SchemaView::showMenu(const QPoint &at)
{
    const QModelIndex index = m_tree->indexAt(at);
    if (!index.isValid() || kindOf(index) == SchemaNodeKind::Database)
        return;
    const QString name = index.data().toString();
    const QString model = index.data(SchemaModel::ModelNameRole).toString();
    const QString target = index.data(SchemaModel::TargetRole).toString();
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Insert “%1” into the editor\tEnter").arg(name), this,
                    [this, name] { Q_EMIT insertRequested(name); });
    menu->addAction(tr("Show rows of %1\tCtrl+Enter").arg(model), this,
                    [this, model] { Q_EMIT rowsRequested(model); });
    if (!target.isEmpty())
        menu->addAction(tr("Go to %1").arg(target), this, [this, target] { showModel(target); });
    menu->addSeparator();
    menu->addAction(icon(Icon::Copy), tr("Copy name\tCtrl+C"), this,
                    [name] { QApplication::clipboard()->setText(name); });
    menu->popup(m_tree->viewport()->mapToGlobal(at));
}

bool SchemaView::treeKey(int key, Qt::KeyboardModifiers modifiers)
{
    const QModelIndex index = m_tree->currentIndex();
    if (!index.isValid() || kindOf(index) == SchemaNodeKind::Database)
        return false;
    const bool control = modifiers & Qt::ControlModifier;
    if (key == Qt::Key_Return || key == Qt::Key_Enter) {
        if (control)
            Q_EMIT rowsRequested(index.data(SchemaModel::ModelNameRole).toString());
        else
            Q_EMIT insertRequested(index.data().toString());
        return true;
    }
    if (control && key == Qt::Key_C) {
        QApplication::clipboard()->setText(index.data().toString());
        return true;
    }
    return false;
}

bool SchemaView::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::ShortcutOverride && watched == m_tree) {
        // Ctrl+Enter runs a cell elsewhere; here it shows rows.
        auto *key = static_cast<QKeyEvent *>(event);
        if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter ||
            key->matches(QKeySequence::Copy)) {
            event->accept();
            return true;
        }
    }
    if (event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    auto *key = static_cast<QKeyEvent *>(event);
    if (watched == m_tree) {
        if (key->key() == Qt::Key_Slash) {
            focusFilter();
            return true;
        }
        return treeKey(key->key(), key->modifiers()) || QWidget::eventFilter(watched, event);
    }
    if (key->key() == Qt::Key_Down) {
        m_tree->setFocus();
        if (!m_tree->currentIndex().isValid())
            m_tree->setCurrentIndex(m_filter->index(0, 0));
        return true;
    }
    if (key->key() == Qt::Key_Escape && !m_filterBox->text().isEmpty()) {
        m_filterBox->clear();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace heddle::ui
