#pragma once

#include <QColor>
#include <QFont>

namespace heddle::ui {

struct Theme;

/// Every colour and font that the editor draws with.
struct EditorTheme {
    /// The editor's part of the window's theme.
    static EditorTheme from(const Theme &theme);

    bool dark = false;
    QFont font;      // fixed pitch
    QFont badgeFont; // of the badges at the right edge

    QColor paper = Qt::white;
    QColor text = Qt::black;
    QColor keyword, model, string, number, comment, header;
    QColor currentLine; // behind the caret's line
    QColor selection, selectionText;
    QColor marginText, marginPaper;
    QColor separator;      // between cells
    QColor accent;         // the current cell's edge
    QColor rail;           // along the lines of a transaction
    QColor match;          // what find found
    QColor error, warning; // squiggles and their annotation's text
    QColor errorPaper, warningPaper;
    QColor badgeNeutral, badgeNeutralPaper;
    QColor badgeBad, badgeBadPaper;
    QColor badgeGood, badgeGoodPaper;
    QColor badgeWarning, badgeWarningPaper;
};

} // namespace heddle::ui
