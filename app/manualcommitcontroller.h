#pragma once

#include "app/documenttabs.h"
#include "app/messagebar.h"
#include "ui/transactions/transactionsview.h"

#include <QObject>
#include <QPointer>
#include <QTimer>
#include <functional>

namespace heddle::app {

/// Manual commit of the workbook in front: the switch, the words, and what ends the transaction.
/// Whatever would lose an open one asks first, in the message bar.
class ManualCommitController final : public QObject {
    Q_OBJECT

public:
    ManualCommitController(DocumentTabs &tabs, MessageBar &messages, ui::TransactionsView &view,
                           QObject *parent = nullptr);

    /// Every workbook, as it is opened.
    void watch(Document *document);
    /// Another workbook is in front.
    void refresh();
    void setManual(bool on);
    void end(bool commit);
    bool isManual() const;
    bool isOpen() const;

    /// True: nothing would be lost. Otherwise asks, and does `then` once the transaction of that
    /// workbook (null: of any) has ended. `what`: what is to be done, as in "before it is closed".
    bool mayGoOn(Document *document, const QString &what, std::function<void()> then);

Q_SIGNALS:
    void changed();

private:
    Document *openDocument(Document *wanted) const;
    void ended(Document *document, bool committed, const QString &error);

    DocumentTabs &m_tabs;
    MessageBar &m_messages;
    ui::TransactionsView &m_view;
    QTimer m_clock; // the words tell how long it has been open
    std::function<void()> m_then;
    QPointer<Document> m_thenFor;
};

} // namespace heddle::app
