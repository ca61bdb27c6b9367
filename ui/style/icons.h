#pragma once

#include <QIcon>

namespace heddle::ui {

/// The window's signs. They are paths in code, so they are sharp at every scale and follow the
/// palette's colours.
enum class Icon {
    Run,
    RunParallel,
    Stop,
    Database,
    Model,
    View,
    Key,
    Index,
    Field,
    ForwardRelation,
    ReverseRelation,
    ManyToMany,
    Search,
    Copy,
    Close,
    Add,
    ChevronDown,
    ChevronRight,
    Failure,
    Warning,
    Information,
    Success,
    Open,
    Save,
    Undo,
    Redo,
    Export,
    FitView,
    ZoomIn,
    ZoomOut,
    Table,
    Settings,
};

/// Which of the theme's colours a sign is drawn in.
enum class IconTone { Text, Muted, Accent, OnAccent, Alarm, Write, Parallel };

/// Looks its colours up each time that it is painted: an icon survives a change of theme.
QIcon icon(Icon which, IconTone tone = IconTone::Text);
/// Draws a sign into `rect` in one colour; for delegates and painted widgets.
void paintIcon(QPainter &painter, Icon which, const QRectF &rect, const QColor &color);

} // namespace heddle::ui
