#include "ui/style/icons.h"
#include "ui/style/style.h"
#include "ui/style/theme.h"

#include <QImage>
#include <QPainter>
#include <QtTest>

using namespace heddle::ui;

class ThemeTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void contrastIsThatOfTheStandard()
    {
        QCOMPARE(contrastRatio(Qt::black, Qt::white), 21.0);
        QCOMPARE(contrastRatio(Qt::red, Qt::red), 1.0);
    }

    void everyTextCanBeRead_data()
    {
        QTest::addColumn<QColor>("text");
        QTest::addColumn<QColor>("ground");
        for (const Theme *t : {&Theme::day(), &Theme::night()}) {
            const auto row = [t](const char *name, const QColor &text, const QColor &ground) {
                QTest::newRow(qPrintable(QStringLiteral("%1 %2").arg(
                    QLatin1String(t->dark ? "night" : "day"), QLatin1String(name))))
                    << text << ground;
            };
            for (const auto &[name, color] : {std::pair("text", t->text),
                                              {"muted", t->muted},
                                              {"placeholder", t->placeholder},
                                              {"link", t->link},
                                              {"relation", t->relation}}) {
                row(qPrintable(QLatin1String(name) + QStringLiteral(" on panel")), color, t->panel);
                row(qPrintable(QLatin1String(name) + QStringLiteral(" on current line")), color,
                    t->currentLine);
            }
            row("text on window", t->text, t->window);
            row("text on raised", t->text, t->raised);
            row("text on hover", t->text, t->hover);
            row("muted on strip", t->muted, t->strip);
            row("muted on window", t->muted, t->window);
            row("link on strip", t->link, t->strip);
            row("accent", t->onAccent, t->accent);
            row("soft accent", t->onAccentSoft, t->accentSoft);
            row("transaction", t->onTransaction, t->transactionFill);
            row("await on its stripes", t->waiting.onFill, t->hatch);
            row("group label", t->alarm.onSoft, t->panel);
            row("group label on the current lane", t->alarm.onSoft, t->currentLine);
            for (const auto &[name, role] : {std::pair("read", t->read),
                                             {"write", t->write},
                                             {"alarm", t->alarm},
                                             {"parallel", t->parallel},
                                             {"waiting", t->waiting},
                                             {"neutral", t->neutral}}) {
                row(name, role.onFill, role.fill);
                row(qPrintable(QLatin1String(name) + QStringLiteral(" soft")), role.onSoft,
                    role.soft);
            }
        }
    }
    void everyTextCanBeRead()
    {
        QFETCH(QColor, text);
        QFETCH(QColor, ground);
        const double ratio = contrastRatio(text, ground);
        QVERIFY2(ratio >= 4.5, qPrintable(QStringLiteral("contrast %1").arg(ratio)));
    }

    void everyMarkStandsOut()
    {
        for (const Theme *t : {&Theme::day(), &Theme::night()}) {
            for (const QColor &mark : {t->read.fill, t->write.fill, t->alarm.fill, t->parallel.fill,
                                       t->neutral.fill, t->transaction, t->accent}) {
                const double ratio = contrastRatio(mark, t->panel);
                QVERIFY2(ratio >= 3,
                         qPrintable(
                             QStringLiteral("%1 %2: %3").arg(t->dark).arg(mark.name()).arg(ratio)));
            }
        }
    }

    void aPaletteLeadsBackToItsTheme()
    {
        QCOMPARE(&Theme::of(Theme::day().palette()), &Theme::day());
        QCOMPARE(&Theme::of(Theme::night().palette()), &Theme::night());
    }

    void theStyleSheetHasNoColourLeftToFillIn()
    {
        QVERIFY(!styleSheetFor(Theme::day()).contains(u'@'));
        QVERIFY(styleSheetFor(Theme::day()) != styleSheetFor(Theme::night()));
    }

    void everyIconDrawsSomething()
    {
        for (int i = 0; i <= int(Icon::Settings); ++i) {
            QImage image(32, 32, QImage::Format_ARGB32_Premultiplied);
            image.fill(Qt::transparent);
            QPainter painter(&image);
            paintIcon(painter, Icon(i), QRectF(0, 0, 32, 32), Qt::black);
            painter.end();
            int covered = 0;
            for (int y = 0; y < 32; ++y) {
                for (int x = 0; x < 32; ++x)
                    covered += image.pixelColor(x, y).alpha() > 100;
            }
            QVERIFY2(covered > 8, qPrintable(QStringLiteral("icon %1").arg(i)));
        }
    }
};

QTEST_MAIN(ThemeTest)
#include "tst_theme.moc"
