#pragma once

#include "orm/advice/makeasync.h"

#include <QDialog>

class QPlainTextEdit;

namespace heddle::app {

/// Shows what a rewriting would change before it does: the lines that go and come, and what it had
/// to leave. Accepted if the change is wanted.
class RewriteDialog final : public QDialog {
    Q_OBJECT

public:
    RewriteDialog(const QString &before, const QString &after, const advice::AsyncRewrite &rewrite,
                  QWidget *parent = nullptr);

    /// The changed lines, each with "+ " or "- " before it, and the lines around them.
    QString diffText() const;

private:
    void fillDiff(const QString &before, const QString &after);

    QPlainTextEdit *m_diff;
};

} // namespace heddle::app
