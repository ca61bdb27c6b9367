#include "app/keysdialog.h"

#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QTreeWidget>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

QString plain(const QString &text)
{
    QString result = text.section(u'\t', 0, 0);
    return result.remove(u'&').remove(u'\u2026');
}

QString keysOf(const QAction *action)
{
    QStringList keys;
    for (const QKeySequence &key : action->shortcuts())
        keys.append(key.toString(QKeySequence::NativeText));
    keys.removeDuplicates();
    keys.removeAll(QString()); // a standard key that this platform has not
    // The editor's own keys stand behind a tab in the text.
    return keys.isEmpty() ? action->text().section(u'\t', 1) : keys.join(u", "_s);
}

void addEntries(const QMenu *menu, QTreeWidgetItem *under)
{
    for (const QAction *action : menu->actions()) {
        if (action->menu())
            addEntries(action->menu(), under);
        else if (!action->isSeparator() && !keysOf(action).isEmpty())
            new QTreeWidgetItem(under, {plain(action->text()), keysOf(action)});
    }
}

} // namespace

KeysDialog::KeysDialog(QMenuBar *menus, QWidget *parent) : QDialog(parent)
{
    setWindowTitle(tr("Keys"));
    auto *filter = new QLineEdit(this);
    filter->setPlaceholderText(tr("Filter"));
    filter->setAccessibleName(tr("Filter keys"));
    filter->setClearButtonEnabled(true);
    auto *tree = new QTreeWidget(this);
    tree->setColumnCount(2);
    tree->setHeaderLabels({tr("What"), tr("Keys")});
    tree->setAccessibleName(tr("Keys"));
    for (const QAction *action : menus->actions()) {
        if (!action->menu())
            continue;
        auto *group = new QTreeWidgetItem(tree, {plain(action->text())});
        addEntries(action->menu(), group);
        group->setExpanded(true);
    }
    tree->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    tree->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    tree->header()->setStretchLastSection(false);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(filter);
    layout->addWidget(tree, 1);
    resize(560, 640);
    connect(filter, &QLineEdit::textChanged, tree, [tree](const QString &text) {
        for (int g = 0; g < tree->topLevelItemCount(); ++g) {
            QTreeWidgetItem *group = tree->topLevelItem(g);
            bool any = false;
            for (int i = 0; i < group->childCount(); ++i) {
                QTreeWidgetItem *item = group->child(i);
                const bool match = item->text(0).contains(text, Qt::CaseInsensitive) ||
                                   item->text(1).contains(text, Qt::CaseInsensitive);
                item->setHidden(!match);
                any = any || match;
            }
            group->setHidden(!any);
        }
    });
}

} // namespace heddle::app
