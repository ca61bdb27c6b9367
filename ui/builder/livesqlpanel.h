#pragma once

#include <QStringList>
#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QToolButton;

namespace heddle::ui {

/// The SQL of the queryset at the caret, before anything runs.
struct LiveSql {
    QString expression;     // the queryset's text, for the heading
    QString sql;            // empty: there is no queryset at the caret
    QStringList parameters; // as text, in the order of the placeholders
    QString terminal;       // "count": the method that will run it; empty: it is still lazy
    QString error;          // why there is no SQL; whole sentence
    bool operator==(const LiveSql &) const = default;
};

/// Shows what would be sent, and says that nothing has been.
class LiveSqlPanel final : public QWidget {
    Q_OBJECT

public:
    explicit LiveSqlPanel(QWidget *parent = nullptr);

    void setLiveSql(const LiveSql &sql);
    const LiveSql &liveSql() const { return m_current; }
    /// The text of the SQL view, parameters as comments below it.
    QString text() const;
    /// "Lazy: nothing has run. It will run when ...".
    QString lazinessText() const;

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    /// The statement in lines as wide as the panel.
    void layOut();

    LiveSql m_current;
    QLabel *m_heading;
    QPlainTextEdit *m_text;
    QLabel *m_laziness;
    QToolButton *m_copy;
};

} // namespace heddle::ui
