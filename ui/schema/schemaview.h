#pragma once

#include "ui/models/schemamodel.h"

#include <QSet>
#include <QWidget>

class QLineEdit;
class QTreeView;

namespace heddle::ui {

/// The models of the open database, with a filter that answers while one types.
class SchemaView final : public QWidget {
    Q_OBJECT
public:
    /// `model` is not owned and must outlive the view.
    explicit SchemaView(SchemaModel &model, QWidget *parent = nullptr);

    QTreeView &tree() const { return *m_tree; }
    QLineEdit &filterBox() const { return *m_filterBox; }
    SchemaFilter &filter() const { return *m_filter; }

public Q_SLOTS:
    /// Makes the model current and opens it.
    void showModel(const QString &modelName);
    void focusFilter();

Q_SIGNALS:
    /// The name is to be put into the editor at the caret: a model's, a field's, a relation's.
    void insertRequested(const QString &name);
    /// The rows of this model are wanted.
    void rowsRequested(const QString &modelName);
    void modelSelected(const QString &modelName);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void applyFilter(const QString &text);
    void modelReset();
    void rememberExpanded();
    void restoreExpanded();
    void showMenu(const QPoint &at);
    bool treeKey(int key, Qt::KeyboardModifiers modifiers);

    SchemaModel &m_model;
    SchemaFilter *m_filter = nullptr;
    QLineEdit *m_filterBox = nullptr;
    QTreeView *m_tree = nullptr;
    QSet<QString> m_expanded; // models that were open before the filter opened others
};

} // namespace heddle::ui
