#include "app/manualcommitcontroller.h"

#include "orm/trace/trace.h"

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {

ManualCommitController::ManualCommitController(DocumentTabs &tabs, MessageBar &messages,
                                               ui::TransactionsView &view, QObject *parent)
    : QObject(parent), m_tabs(tabs), m_messages(messages), m_view(view)
{
    m_clock.setInterval(1000);
    connect(&m_clock, &QTimer::timeout, this, &ManualCommitController::refresh);
    connect(&m_view, &ui::TransactionsView::manualCommitToggled, this,
            &ManualCommitController::setManual);
    connect(&m_view, &ui::TransactionsView::commitRequested, this, [this] { end(true); });
    connect(&m_view, &ui::TransactionsView::rollBackRequested, this, [this] { end(false); });
}

void ManualCommitController::watch(Document *document)
{
    WorkbookSession &runs = document->runs();
    connect(&runs, &WorkbookSession::transactionChanged, this, &ManualCommitController::refresh);
    connect(&runs, &WorkbookSession::cellStarted, this, &ManualCommitController::refresh);
    connect(&runs, &WorkbookSession::runFinished, this, &ManualCommitController::refresh);
    connect(&runs, &WorkbookSession::transactionEnded, this,
            [this, document](bool committed, const QString &error) {
                ended(document, committed, error);
            });
}

bool ManualCommitController::isManual() const
{
    const Document *document = m_tabs.current();
    return document && const_cast<Document *>(document)->runs().transaction().enabled;
}

bool ManualCommitController::isOpen() const
{
    Document *document = m_tabs.current();
    return document && document->runs().transaction().open;
}

void ManualCommitController::refresh()
{
    Document *document = m_tabs.current();
    if (!document)
        return;
    const script::ManualState &state = document->runs().transaction();
    ui::ManualCommit shown;
    shown.enabled = state.enabled;
    shown.open = state.open;
    shown.canEnd = !document->runs().isRunning();
    if (state.open) {
        const std::int64_t seconds = (monotonicNs() - state.openedNs) / 1'000'000'000;
        shown.text =
            tr("Open for %1:%2, not saved: %3, %4.")
                .arg(seconds / 60)
                .arg(seconds % 60, 2, 10, QChar(u'0'))
                .arg(state.cells == 1 ? tr("1 cell") : tr("%1 cells").arg(state.cells),
                     state.queries == 1 ? tr("1 query") : tr("%1 queries").arg(state.queries));
        if (!shown.canEnd)
            shown.text += u' ' + tr("A cell is running in it.");
    } else if (state.enabled) {
        shown.text = tr("The next sync cell begins a transaction; async cells are refused.");
    } else {
        shown.text = tr("Each statement is saved as it comes.");
    }
    m_view.setManualCommit(shown);
    if (state.open && !m_clock.isActive())
        m_clock.start();
    else if (!state.open)
        m_clock.stop();
    Q_EMIT changed();
}

void ManualCommitController::setManual(bool on)
{
    Document *document = m_tabs.current();
    if (!document)
        return;
    if (!on && !mayGoOn(document, tr("before manual commit is switched off"),
                        [this] { setManual(false); }))
        on = true;
    document->runs().setManualCommit(on);
    refresh();
}

void ManualCommitController::end(bool commit)
{
    Document *document = m_tabs.current();
    if (document && !document->runs().endTransaction(commit) && isOpen())
        m_messages.show({Message::Kind::Information,
                         u"transaction"_s,
                         tr("The transaction can be ended when its cell has."),
                         {}});
}

void ManualCommitController::ended(Document *document, bool committed, const QString &error)
{
    if (!error.isEmpty())
        m_messages.show(
            {Message::Kind::Error,
             u"transaction"_s,
             tr("The transaction of %1 was not saved: %2").arg(document->title(), error),
             {}});
    else
        m_messages.show({Message::Kind::Success,
                         u"transaction"_s,
                         committed ? tr("The transaction of %1 is saved.").arg(document->title())
                                   : tr("The transaction of %1 is rolled back: nothing of it was "
                                        "saved.")
                                         .arg(document->title()),
                         {}});
    refresh();
    if (m_then && m_thenFor == document && (error.isEmpty() || !committed)) {
        const std::function<void()> then = std::exchange(m_then, nullptr);
        if (error.isEmpty())
            then();
    }
}

Document *ManualCommitController::openDocument(Document *wanted) const
{
    for (Document *document : m_tabs.documents()) {
        if ((!wanted || document == wanted) && document->runs().transaction().open)
            return document;
    }
    return nullptr;
}

bool ManualCommitController::mayGoOn(Document *document, const QString &what,
                                     std::function<void()> then)
{
    Document *open = openDocument(document);
    if (!open)
        return true;
    const auto endAndGoOn = [this, then, open = QPointer<Document>(open)](bool commit) {
        if (!open)
            return;
        m_then = then;
        m_thenFor = open;
        if (!open->runs().endTransaction(commit)) {
            m_then = nullptr;
            end(commit); // says why
        }
    };
    m_messages.show({Message::Kind::Warning,
                     u"transaction"_s,
                     tr("%1 has a transaction open that is not saved. It must end %2.")
                         .arg(open->title(), what),
                     {{tr("Commit"), [endAndGoOn] { endAndGoOn(true); }},
                      {tr("Roll Back"), [endAndGoOn] { endAndGoOn(false); }}}});
    return false;
}

} // namespace heddle::app
