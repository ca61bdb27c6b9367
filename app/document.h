#pragma once

#include "app/textanalysis.h"
#include "app/workbooksession.h"
#include "ui/editor/editorpane.h"

#include <QObject>
#include <QPointer>
#include <QTimer>

namespace heddle::app {

/// One open workbook: its file, its editor, its runs, and what is known of its text.
class Document final : public QObject {
    Q_OBJECT

public:
    explicit Document(Session &session, QObject *parent = nullptr);
    ~Document() override;

    ui::EditorPane *pane() const { return m_pane; }
    ui::CodeEditor *editor() const { return m_pane->editor(); }
    WorkbookSession &runs() { return m_runs; }

    /// Names the document in the journal.
    const QString &id() const { return m_id; }
    const QString &path() const { return m_path; } // empty: never saved
    QString title() const;
    bool isModified() const { return editor()->isModified(); }
    /// Never typed in, never saved: may be replaced without a trace.
    bool isPristine() const { return m_path.isEmpty() && !isModified() && editor()->length() == 0; }

    void setUntitled(const QString &title, ui::Workbook workbook);
    bool load(const QString &path, QString *error);
    bool save(const QString &path, QString *error);
    /// Text that a crash left behind, over what is on disk: modified, and undo goes back to the
    /// file.
    void restore(const ui::Workbook &text, int line);

    /// Cells to run, as a runner takes them; text cells are left out. Dependencies are for a
    /// parallel run.
    std::vector<script::CellSource> allCells(bool withDependencies) const;
    std::vector<script::CellSource> cellAtCaret() const;
    /// The selected lines, without the indentation that they share; empty if nothing is selected.
    std::vector<script::CellSource> selection() const;
    /// The lines that a cell to be run covers, its header included.
    ui::CodeEditor::LineRange linesOf(const script::CellSource &source) const;
    void advanceToNextCell();

    const CaretQuery &caretQuery() const { return m_query; }
    /// Looks at the text again although it has not changed: other models, other names.
    void analyseSoon();
    /// The models of the open database; null: none is open. Names are checked only with models.
    void setModels(const ModelRegistryPtr &models);

Q_SIGNALS:
    void titleChanged();
    void textEdited();
    void caretQueryChanged();
    void problemsChanged();

private:
    void analyse();
    void apply(const TextAnalysis &analysis);

    QPointer<ui::EditorPane> m_pane; // a tab may end with its tabs before a closed document does
    WorkbookSession m_runs;
    QString m_id;
    QString m_path;
    QString m_untitled;
    ModelRegistryPtr m_models;
    QSet<QString> m_knownNames;
    CaretQuery m_query;
    QTimer m_analysisTimer;
    QThreadPool m_analyses;
    quint64 m_lastAnalysis = 0;
};

} // namespace heddle::app
