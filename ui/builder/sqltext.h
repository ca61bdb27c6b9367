#pragma once

#include <QString>
#include <QSyntaxHighlighter>

namespace heddle::ui {

/// A statement in lines for people: one clause a line, joins on lines of their own, long column
/// lists wrapped below the first column. Changes blanks only; what stands in quotes stays as it is.
QString layOutSql(const QString &sql, int width = 72);

/// SQL in the colours of the window's theme, looked up each time.
class SqlHighlighter final : public QSyntaxHighlighter {
    Q_OBJECT

public:
    /// `colours` gives the palette; it is not owned and must outlive the document.
    SqlHighlighter(QTextDocument *document, const QWidget *colours);

protected:
    void highlightBlock(const QString &text) override;

private:
    const QWidget *m_colours;
};

} // namespace heddle::ui
