#pragma once

#include "ui/editor/editortheme.h"
#include "ui/editor/qscintilla.h"

#include <QStringList>

namespace heddle::ui {

/// Python's colours for the notation: Python 3's keywords, and the models of the open database as
/// names of their own.
class PythonLexer final : public QsciLexerPython {
    Q_OBJECT

public:
    explicit PythonLexer(QObject *parent = nullptr);

    void setTheme(const EditorTheme &theme);
    /// Names that are drawn as models. Takes effect when the lexer is set on an editor (again).
    void setModelNames(const QStringList &names);

    const char *keywords(int set) const override;

private:
    QByteArray m_modelNames;
};

} // namespace heddle::ui
