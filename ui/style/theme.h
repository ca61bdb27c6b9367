#pragma once

#include <QColor>
#include <QPalette>

namespace heddle::ui {

/// Every colour of the window, by what it means. Two constant themes exist, light and dark; which
/// one a widget paints with follows from its palette, so that no widget keeps a pointer to a theme
/// or must be told of a change.
///
/// Pairs that carry text reach a contrast of 4.5:1, marks and outlines 3:1 (WCAG 2.1, 1.4.3
/// and 1.4.11); a test measures them. No meaning is carried by colour alone: whoever paints adds a
/// shape, a sign or a word.
struct Theme {
    bool dark = false;

    // Surfaces, from the frame of the window to what is written on.
    QColor window; // tool bar, status bar
    QColor strip;  // tab strips, headers, lane names
    QColor panel;  // trees, grids, the timeline, the editor
    QColor raised; // buttons, inputs, menus
    QColor hover;
    QColor separator; // thin lines between surfaces; decoration only
    QColor border;    // outlines of controls
    QColor gridLine;
    QColor currentLine; // the line of the caret, the lane of the selection

    // Text.
    QColor text;
    QColor muted;       // details, units, types
    QColor placeholder; // inputs that are empty, NULL
    QColor link;
    QColor relation; // reverse and many-to-many relations
    QColor forward;  // forward relations

    // Accent.
    QColor accent; // fills: the primary button, the tab underline
    QColor onAccent;
    QColor accentSoft; // selected segment, selected row
    QColor onAccentSoft;

    // The timeline's and badges' roles. A bar, the text on it, a soft fill for badges and the text
    // on that.
    struct Role {
        QColor fill;
        QColor onFill;
        QColor soft;
        QColor onSoft;
    };
    Role read;
    Role write;
    Role alarm;         // N+1, errors
    Role parallel;      // success
    Role waiting;       // hatched: nothing happens here
    Role neutral;       // badges without a finding, housekeeping
    QColor hatch;       // the stripes on `waiting.fill`
    QColor transaction; // outline of BEGIN..COMMIT
    QColor transactionFill;
    QColor onTransaction;

    static const Theme &day();
    static const Theme &night();
    /// The theme that goes with a palette: dark if its window is darker than its text.
    static const Theme &of(const QPalette &palette);
    QPalette palette() const;
};

/// WCAG 2.1 contrast ratio of two opaque colours, 1 to 21.
double contrastRatio(const QColor &a, const QColor &b);

} // namespace heddle::ui
