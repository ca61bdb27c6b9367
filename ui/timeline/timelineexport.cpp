#include "ui/style/metrics.h"
#include "ui/timeline/timelineview.h"

#include <QImage>
#include <QPainter>
#include <QSvgGenerator>
#include <algorithm>
#include <cmath>

namespace heddle::ui {

bool TimelineView::exportPng(const QString &path, double ratio) const
{
    const QSizeF size(viewport()->width(), metrics::rulerHeight + m_stack.height());
    QImage image((size * ratio).toSize(), QImage::Format_ARGB32_Premultiplied);
    if (image.isNull())
        return false;
    image.setDevicePixelRatio(ratio);
    QPainter painter(&image);
    TimelinePainter::Scene shown = scene(QRectF(QPointF(), size), scale(), 0);
    shown.tellsHidden = true; // a picture has no button that says so
    TimelinePainter(painter, shown).paint();
    painter.end();
    return image.save(path, "PNG");
}

bool TimelineView::exportSvg(const QString &path) const
{
    const QSizeF size(viewport()->width(), metrics::rulerHeight + m_stack.height());
    QSvgGenerator generator;
    generator.setFileName(path);
    generator.setSize(size.toSize());
    generator.setViewBox(QRectF(QPointF(), size));
    generator.setTitle(tr("Timeline"));
    generator.setDescription(summaryText());
    QPainter painter;
    if (!painter.begin(&generator))
        return false;
    TimelinePainter::Scene shown = scene(QRectF(QPointF(), size), scale(), 0);
    shown.tellsHidden = true; // a picture has no button that says so
    TimelinePainter(painter, shown).paint();
    return painter.end();
}

} // namespace heddle::ui
