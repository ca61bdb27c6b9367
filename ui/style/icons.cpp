#include "ui/style/icons.h"

#include "ui/style/theme.h"

#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <array>
#include <cstdlib>

namespace heddle::ui {

namespace {

// A sign on a grid of 16 x 16: what is stroked and what is filled, in the part of SVG's path
// language that it takes (M, L, C, Z, all absolute) and two shapes of our own: "O cx cy rx ry", an
// ellipse, and "R x y w h r", a rounded rectangle.
struct SignData {
    Icon icon;
    const char *stroke;
    const char *fill;
};

constexpr std::array signs{
    SignData{Icon::Run, "", "M4.5 2.8 L13 8 L4.5 13.2 Z"},
    SignData{Icon::RunParallel,
             "M2 5 L13.5 5 M11 2.5 L13.5 5 L11 7.5 M2 11 L13.5 11 M11 8.5 L13.5 11 L11 13.5", ""},
    SignData{Icon::Stop, "", "R3.5 3.5 9 9 1"},
    SignData{Icon::Database,
             "O8 4 5.2 2 M2.8 4 L2.8 12 C2.8 14.7 13.2 14.7 13.2 12 L13.2 4 M2.8 8 C2.8 10.7 13.2 "
             "10.7 13.2 8",
             ""},
    SignData{Icon::Model, "R2 3 12 10 1.5 M2 6.5 L14 6.5 M6.5 6.5 L6.5 13", ""},
    SignData{Icon::View, "M1.5 8 C4.5 2.8 11.5 2.8 14.5 8 C11.5 13.2 4.5 13.2 1.5 8 Z", "O8 8 2 2"},
    SignData{Icon::Key, "O5 8 2.7 2.7 M7.7 8 L14 8 L14 10.6 M11.2 8 L11.2 10", ""},
    SignData{Icon::Index, "M2.5 4 L7 4 M2.5 8 L10 8 M2.5 12 L13.5 12", ""},
    SignData{Icon::Field, "", "O8 8 1.6 1.6"},
    SignData{Icon::ForwardRelation, "M2.5 8 L13.5 8 M9.9 4.4 L13.5 8 L9.9 11.6", ""},
    SignData{Icon::ReverseRelation, "M13.5 8 L2.5 8 M6.1 4.4 L2.5 8 L6.1 11.6", ""},
    SignData{Icon::ManyToMany,
             "M1.5 8 L14.5 8 M4.8 4.7 L1.5 8 L4.8 11.3 M11.2 4.7 L14.5 8 L11.2 11.3", ""},
    SignData{Icon::Search, "O7 7 4.2 4.2 M10.2 10.2 L14 14", ""},
    SignData{Icon::Copy, "R5.5 5.5 8 8 1.5 M3.5 10.5 L2.5 10.5 L2.5 2.5 L10.5 2.5 L10.5 3.5", ""},
    SignData{Icon::Close, "M4 4 L12 12 M12 4 L4 12", ""},
    SignData{Icon::Add, "M8 3 L8 13 M3 8 L13 8", ""},
    SignData{Icon::ChevronDown, "M4.5 6.3 L8 9.8 L11.5 6.3", ""},
    SignData{Icon::ChevronRight, "M6.3 4.5 L9.8 8 L6.3 11.5", ""},
    SignData{Icon::Failure, "O8 8 6 6 M8 4.6 L8 8.8", "O8 11.2 0.9 0.9"},
    SignData{Icon::Warning, "M8 2.2 L14.4 13.4 L1.6 13.4 Z M8 6.2 L8 9.4", "O8 11.4 0.85 0.85"},
    SignData{Icon::Information, "O8 8 6 6 M8 7.4 L8 11.4", "O8 4.9 0.9 0.9"},
    SignData{Icon::Success, "O8 8 6 6 M5 8.2 L7.2 10.4 L11 5.8", ""},
    SignData{Icon::Open,
             "M1.8 13 L1.8 3.5 L6 3.5 L7.5 5.2 L13 5.2 L13 7 M1.8 13 L4 7 L14.6 7 L12.4 13 Z", ""},
    SignData{Icon::Save,
             "M2.5 2.5 L11 2.5 L13.5 5 L13.5 13.5 L2.5 13.5 Z M5 2.5 L5 5.8 L10 5.8 L10 2.5 M4.8 "
             "13.5 L4.8 9 L11.2 9 L11.2 13.5",
             ""},
    SignData{Icon::Undo,
             "M5.8 3 L2.5 6.2 L5.8 9.4 M2.5 6.2 L9.5 6.2 C14.5 6.2 14.5 13 9.5 13 L6 13", ""},
    SignData{Icon::Redo,
             "M10.2 3 L13.5 6.2 L10.2 9.4 M13.5 6.2 L6.5 6.2 C1.5 6.2 1.5 13 6.5 13 L10 13", ""},
    SignData{Icon::Export, "M8 10 L8 2 M4.8 5 L8 2 L11.2 5 M2.5 9.5 L2.5 13.5 L13.5 13.5 L13.5 9.5",
             ""},
    SignData{Icon::FitView,
             "M2 6 L2 2 L6 2 M10 2 L14 2 L14 6 M14 10 L14 14 L10 14 M6 14 L2 14 L2 10", ""},
    SignData{Icon::ZoomIn, "O7 7 4.5 4.5 M10.4 10.4 L14 14 M7 5 L7 9 M5 7 L9 7", ""},
    SignData{Icon::ZoomOut, "O7 7 4.5 4.5 M10.4 10.4 L14 14 M5 7 L9 7", ""},
    SignData{Icon::Table, "R2 3 12 10 1.5 M2 6.5 L14 6.5 M2 9.8 L14 9.8 M6.5 6.5 L6.5 13", ""},
    SignData{
        Icon::Settings,
        "M2 4.5 L7 4.5 M11 4.5 L14 4.5 O9 4.5 2 2 M2 11.5 L4 11.5 M8 11.5 L14 11.5 O6 11.5 2 2",
        ""},
};

// The texts above are constants of this file: they are well formed.
QPainterPath pathFrom(const char *text)
{
    QPainterPath path;
    const auto number = [&text] {
        char *end = nullptr;
        const double value = std::strtod(text, &end);
        text = end;
        return value;
    };
    const auto point = [&number] {
        const double x = number();
        return QPointF(x, number());
    };
    while (*text) {
        switch (*text++) {
        case 'M':
            path.moveTo(point());
            break;
        case 'L':
            path.lineTo(point());
            break;
        case 'Z':
            path.closeSubpath();
            break;
        case 'C': {
            const QPointF a = point();
            const QPointF b = point();
            path.cubicTo(a, b, point());
            break;
        }
        case 'O': {
            const QPointF center = point();
            const QPointF radii = point();
            path.addEllipse(center, radii.x(), radii.y());
            break;
        }
        case 'R': {
            const QPointF corner = point();
            const QPointF size = point();
            const double radius = number();
            path.addRoundedRect(QRectF(corner, QSizeF(size.x(), size.y())), radius, radius);
            break;
        }
        default:
            break; // spaces
        }
    }
    return path;
}

QColor toneColor(const Theme &theme, IconTone tone)
{
    switch (tone) {
    case IconTone::Text:
        return theme.text;
    case IconTone::Muted:
        return theme.muted;
    case IconTone::Accent:
        return theme.link;
    case IconTone::OnAccent:
        return theme.onAccent;
    case IconTone::Alarm:
        return theme.alarm.fill;
    case IconTone::Write:
        return theme.write.fill;
    case IconTone::Parallel:
        return theme.parallel.fill;
    }
    return theme.text;
}

class SignEngine final : public QIconEngine {
public:
    SignEngine(Icon which, IconTone tone) : m_icon(which), m_tone(tone) {}

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State) override
    {
        const QPalette palette = QGuiApplication::palette();
        QColor color = toneColor(Theme::of(palette), m_tone);
        if (mode == QIcon::Disabled)
            color = palette.color(QPalette::Disabled, QPalette::WindowText);
        paintIcon(*painter, m_icon, rect, color);
    }

    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }

    QIconEngine *clone() const override { return new SignEngine(m_icon, m_tone); }

private:
    Icon m_icon;
    IconTone m_tone;
};

} // namespace

QIcon icon(Icon which, IconTone tone)
{
    return QIcon(new SignEngine(which, tone));
}

void paintIcon(QPainter &painter, Icon which, const QRectF &rect, const QColor &color)
{
    for (const SignData &sign : signs) {
        if (sign.icon != which)
            continue;
        painter.save();
        painter.setRenderHint(QPainter::Antialiasing);
        const double scale = std::min(rect.width(), rect.height()) / 16;
        painter.translate(rect.center() - QPointF(8 * scale, 8 * scale));
        painter.scale(scale, scale);
        painter.setPen(QPen(color, 1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.setBrush(Qt::NoBrush);
        painter.drawPath(pathFrom(sign.stroke));
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawPath(pathFrom(sign.fill));
        painter.restore();
        return;
    }
}

} // namespace heddle::ui
