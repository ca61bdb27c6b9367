#pragma once

#include <QProxyStyle>

namespace heddle::ui {

struct Theme;

/// Fusion with thinner lines. What a style sheet can say stands in styleSheetFor(); here is only
/// what it cannot.
class Style final : public QProxyStyle {
    Q_OBJECT
public:
    Style();
    int pixelMetric(PixelMetric metric, const QStyleOption *option,
                    const QWidget *widget) const override;
    int styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget,
                  QStyleHintReturn *data) const override;
    void drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                       const QWidget *widget) const override;
};

/// The application's style sheet in a theme's colours. Widgets ask for a look by a dynamic
/// property: `primary` (the one button that runs), `flat` (no outline), `segment` "first", "middle"
/// or "last" (joined toggles), `pill` (small outlined button), `small` (a button as low as a line
/// of details), `role` "muted", "strip", "laziness" or "alarm" (labels).
QString styleSheetFor(const Theme &theme);

} // namespace heddle::ui
