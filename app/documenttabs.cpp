#include "app/documenttabs.h"

#include "ui/style/icons.h"

#include <QFileInfo>
#include <QTabBar>
#include <QToolButton>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {

DocumentTabs::DocumentTabs(Session &session, MessageBar &messages, const QString &journalFolder,
                           QWidget *parent)
    : QTabWidget(parent), m_session(session), m_messages(messages), m_journal(journalFolder)
{
    setDocumentMode(true);
    setMovable(true);
    setAccessibleName(tr("Workbooks"));
    tabBar()->setExpanding(false);
    tabBar()->setDrawBase(false);
    connect(this, &QTabWidget::currentChanged, this, [this] {
        if (Document *document = current())
            Q_EMIT currentDocumentChanged(document);
    });
    connect(&m_journal, &Journal::failed, this, [this](const QString &sentence) {
        m_messages.show({Message::Kind::Warning, u"journal"_s, sentence, {}});
    });
}

DocumentTabs::~DocumentTabs()
{
    // What is unsaved is in the journal and comes back at the next start; its last keys are written
    // now, while the editors still live.
    m_journal.flush();
    disconnect(this, &QTabWidget::currentChanged, this, nullptr);
    for (Document *document : m_documents)
        delete document;
    m_documents.clear();
}

Document *DocumentTabs::current() const
{
    const auto found = std::find_if(m_documents.begin(), m_documents.end(),
                                    [this](Document *d) { return d->pane() == currentWidget(); });
    return found == m_documents.end() ? nullptr : *found;
}

Document *DocumentTabs::documentOf(const ui::CodeEditor *editor) const
{
    const auto found = std::find_if(m_documents.begin(), m_documents.end(),
                                    [editor](Document *d) { return d->editor() == editor; });
    return found == m_documents.end() ? nullptr : *found;
}

QStringList DocumentTabs::paths() const
{
    QStringList result;
    for (int i = 0; i < count(); ++i) {
        for (const Document *document : m_documents) {
            if (document->pane() == widget(i) && !document->path().isEmpty())
                result.append(document->path());
        }
    }
    return result;
}

Document *DocumentTabs::add()
{
    auto *document = new Document(m_session, this);
    m_documents.push_back(document);
    document->setModels(m_session.models());
    connect(document, &Document::titleChanged, this, [this, document] { updateTitle(document); });
    connect(document, &Document::textEdited, this, [this, document] { keepSafe(document); });
    const int index = addTab(document->pane(), document->title());
    tabBar()->setTabButton(index, QTabBar::RightSide, closeButton(document));
    setCurrentWidget(document->pane());
    Q_EMIT documentAdded(document);
    return document;
}

QWidget *DocumentTabs::closeButton(Document *document)
{
    auto *button = new QToolButton(this);
    button->setIcon(ui::icon(ui::Icon::Close, ui::IconTone::Muted));
    button->setIconSize({10, 10});
    button->setProperty("flat", true);
    button->setFixedSize(18, 18);
    button->setStyleSheet(u"padding: 0; min-height: 0; border-radius: 4px;"_s);
    button->setToolTip(tr("Close"));
    button->setAccessibleName(tr("Close this workbook"));
    button->setFocusPolicy(Qt::NoFocus);
    connect(button, &QToolButton::clicked, document, [this, document] { closeDocument(document); });
    return button;
}

Document *DocumentTabs::addUntitled(const QString &title, const ui::Workbook &workbook)
{
    Document *document = add();
    document->setUntitled(title.isEmpty() ? tr("untitled.py") : title, workbook);
    return document;
}

Document *DocumentTabs::openFile(const QString &path)
{
    const QString absolute = QFileInfo(path).absoluteFilePath();
    for (Document *document : m_documents) {
        if (document->path() == absolute) {
            setCurrentWidget(document->pane());
            return document;
        }
    }
    QString error;
    const std::optional<ui::Workbook> probe = ui::Workbook::load(absolute, &error);
    if (!probe) {
        m_messages.show({Message::Kind::Error, u"workbook"_s, error, {}});
        return nullptr;
    }
    Document *first = current() && current()->isPristine() ? current() : nullptr;
    Document *document = add();
    document->load(absolute, &error);
    if (first)
        closeDocument(first);
    return document;
}

void DocumentTabs::updateTitle(Document *document)
{
    const int index = indexOf(document->pane());
    // A dot as sign of unsaved text; screen readers get a word.
    setTabText(index,
               document->isModified() ? document->title() + u" \u2022"_s : document->title());
    setTabToolTip(index, document->path().isEmpty() ? document->title() : document->path());
    setTabWhatsThis(index, document->isModified() ? tr("%1, unsaved").arg(document->title())
                                                  : document->title());
    if (!document->isModified())
        m_journal.remove(document->id());
    if (document == current())
        Q_EMIT currentDocumentChanged(document);
}

JournalEntry DocumentTabs::entryOf(const Document *document) const
{
    return {document->id(), document->path(), document->editor()->workbook().toBytes(),
            document->editor()->caret().line};
}

void DocumentTabs::keepSafe(Document *document)
{
    if (document->isModified())
        m_journal.changed(document->id(), [this, document] { return entryOf(document); });
    else
        m_journal.remove(document->id()); // undone to what is on disk
}

bool DocumentTabs::save(Document *document, const QString &path)
{
    QString error;
    if (!document->save(path, &error)) {
        m_messages.show({Message::Kind::Error, u"save"_s, error, {}});
        return false;
    }
    m_messages.remove(u"save"_s);
    m_journal.remove(document->id());
    Q_EMIT saved(document->path());
    return true;
}

void DocumentTabs::closeDocument(Document *document)
{
    if (m_mayClose && !m_mayClose(document))
        return;
    if (document->isModified()) {
        const JournalEntry entry = entryOf(document);
        m_messages.show({Message::Kind::Information,
                         u"closed"_s,
                         tr("%1 was closed with unsaved text.").arg(document->title()),
                         {{tr("Bring It Back"), [this, entry] { restore(entry); }}}});
    }
    m_journal.remove(document->id());
    std::erase(m_documents, document);
    Q_EMIT documentRemoved(document);
    document->deleteLater();
    removeTab(indexOf(document->pane()));
    document->pane()->hide();
    if (m_documents.empty())
        addUntitled();
}

void DocumentTabs::restore(const JournalEntry &entry)
{
    const std::optional<ui::Workbook> workbook = ui::Workbook::fromBytes(entry.bytes);
    if (!workbook)
        return;
    Document *document = nullptr;
    if (!entry.path.isEmpty() && QFileInfo::exists(entry.path))
        document = openFile(entry.path);
    if (!document) {
        Document *first = current() && current()->isPristine() ? current() : nullptr;
        document = addUntitled(entry.path.isEmpty() ? QString() : QFileInfo(entry.path).fileName());
        if (first)
            closeDocument(first);
    }
    document->restore(*workbook, entry.line);
}

void DocumentTabs::restoreUnsaved()
{
    QStringList titles;
    for (const JournalEntry &entry : m_journal.orphans()) {
        restore(entry);
        titles.append(current()->title());
    }
    // Only when the text is in this process's own journal may the old one go.
    m_journal.flush();
    m_journal.waitForWritten();
    m_journal.forgetOrphans();
    if (!titles.isEmpty()) {
        m_messages.show({Message::Kind::Information,
                         u"restored"_s,
                         tr("Unsaved text came back: %1. Undo returns to what is saved.")
                             .arg(titles.join(u", "_s)),
                         {}});
    }
}

} // namespace heddle::app
