#include "ui/editor/editortheme.h"

#include "ui/style/fonts.h"
#include "ui/style/theme.h"

namespace heddle::ui {
namespace {

QColor blend(const QColor &over, const QColor &under, double share)
{
    const auto mix = [share](int a, int b) { return int(a * share + b * (1 - share)); };
    return {mix(over.red(), under.red()), mix(over.green(), under.green()),
            mix(over.blue(), under.blue())};
}

} // namespace

EditorTheme EditorTheme::from(const Theme &theme)
{
    EditorTheme e;
    e.dark = theme.dark;
    e.font = codeFont();
    e.badgeFont = smallFont();
    e.paper = theme.panel;
    e.text = theme.text;
    e.keyword = theme.relation;
    e.model = theme.link;
    e.string = theme.parallel.onSoft;
    e.number = theme.write.onSoft;
    e.comment = theme.muted;
    e.header = theme.muted;
    e.currentLine = theme.currentLine;
    e.selection = blend(theme.accent, theme.panel, theme.dark ? 0.45 : 0.22);
    e.marginText = theme.placeholder;
    e.marginPaper = theme.panel;
    e.separator = theme.separator;
    e.accent = theme.accent;
    e.rail = theme.transaction;
    e.match = theme.write.fill;
    e.error = theme.dark ? theme.alarm.onSoft : theme.alarm.fill;
    e.warning = theme.dark ? theme.write.onSoft : theme.write.fill;
    e.errorPaper = theme.alarm.soft;
    e.warningPaper = theme.write.soft;
    e.badgeNeutral = theme.neutral.onSoft;
    e.badgeNeutralPaper = theme.neutral.soft;
    e.badgeBad = theme.alarm.onSoft;
    e.badgeBadPaper = theme.alarm.soft;
    e.badgeGood = theme.parallel.onSoft;
    e.badgeGoodPaper = theme.parallel.soft;
    e.badgeWarning = theme.write.onSoft;
    e.badgeWarningPaper = theme.write.soft;
    return e;
}

} // namespace heddle::ui
