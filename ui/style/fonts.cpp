#include "ui/style/fonts.h"

#include <QFontDatabase>
#include <QStringList>

namespace heddle::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr double interfacePoints = 9.75;
constexpr double smallPoints = 8.25;

// Debian, upstream's variable build and the Nerd variant register different family names.
QString firstInstalled(const QStringList &families)
{
    for (const QString &family : families) {
        if (QFontDatabase::hasFamily(family))
            return family;
    }
    return {};
}

} // namespace

QFont interfaceFont()
{
    static const QString family = firstInstalled({u"Inter"_s, u"Inter Variable"_s});
    QFont font =
        family.isEmpty() ? QFontDatabase::systemFont(QFontDatabase::GeneralFont) : QFont(family);
    font.setPointSizeF(interfacePoints);
    return font;
}

QFont smallFont()
{
    QFont font = interfaceFont();
    font.setPointSizeF(smallPoints);
    return font;
}

QFont codeFont()
{
    static const QString family =
        firstInstalled({u"JetBrains Mono"_s, u"Fira Code"_s, u"DejaVu Sans Mono"_s});
    QFont font =
        family.isEmpty() ? QFontDatabase::systemFont(QFontDatabase::FixedFont) : QFont(family);
    font.setStyleHint(QFont::Monospace);
    font.setPointSizeF(interfacePoints);
    return font;
}

} // namespace heddle::ui
