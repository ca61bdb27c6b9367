#include "app/serverdialog.h"
#include "app/settings.h"
#include "tests/ui/views/shots.h"
#include "ui/style/appearance.h"

#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>

using namespace Qt::Literals::StringLiterals;
using heddle::app::ServerDialog;
using heddle::app::Settings;

class TestServerDialog : public QObject {
    Q_OBJECT

private:
    template <typename T>
    static T *named(const ServerDialog &dialog, const QString &name)
    {
        for (T *widget : dialog.findChildren<T *>())
            if (widget->accessibleName() == name)
                return widget;
        qFatal("no such field");
    }

private Q_SLOTS:
    void fieldsMakeTheUrl()
    {
        ServerDialog dialog;
        QTest::keyClicks(named<QLineEdit>(dialog, u"Host"_s), u"db.example.org"_s);
        QTest::keyClicks(named<QLineEdit>(dialog, u"Database"_s), u"book shop"_s);
        QTest::keyClicks(named<QLineEdit>(dialog, u"User"_s), u"kim"_s);
        named<QSpinBox>(dialog, u"Port"_s)->setValue(6432);
        named<QComboBox>(dialog, u"Encryption"_s)->setCurrentIndex(1);
        QCOMPARE(dialog.url(),
                 u"postgresql://kim@db.example.org:6432/book%20shop?sslmode=require"_s);
    }

    void thePasswordIsHiddenAndInTheUrlThatIsOpened()
    {
        ServerDialog dialog;
        auto *password = named<QLineEdit>(dialog, u"Password"_s);
        QTest::keyClicks(named<QLineEdit>(dialog, u"User"_s), u"kim"_s);
        QTest::keyClicks(password, u"a:b@c/d"_s);
        QCOMPARE(password->echoMode(), QLineEdit::Password);
        QVERIFY(!named<QLineEdit>(dialog, u"URL"_s)->text().contains(u"a:b"_s));
        QCOMPARE(QUrl(dialog.url()).password(), u"a:b@c/d"_s);
    }

    void aUrlFillsTheFieldsAndKeepsWhatTheyDoNotKnow()
    {
        ServerDialog dialog;
        dialog.setUrl(u"postgres://kim:secret@[::1]:5433/shop?connect_timeout=3&sslmode=allow"_s);
        QCOMPARE(named<QLineEdit>(dialog, u"Host"_s)->text(), u"::1"_s);
        QCOMPARE(named<QSpinBox>(dialog, u"Port"_s)->value(), 5433);
        QCOMPARE(named<QLineEdit>(dialog, u"Password"_s)->text(), u"secret"_s);
        QVERIFY(dialog.url().contains(u"connect_timeout=3"_s));
        QVERIFY(dialog.url().contains(u"sslmode=allow"_s));
        QVERIFY(dialog.url().startsWith(u"postgresql://kim:secret@[::1]:5433/shop"_s));
    }

    void mariadbHasAUrlAndAPortOfItsOwn()
    {
        ServerDialog dialog;
        named<QComboBox>(dialog, u"Encryption"_s)->setCurrentIndex(1);
        named<QComboBox>(dialog, u"Kind"_s)->setCurrentIndex(1);
        QTest::keyClicks(named<QLineEdit>(dialog, u"User"_s), u"kim"_s);
        QTest::keyClicks(named<QLineEdit>(dialog, u"Database"_s), u"shop"_s);
        QCOMPARE(dialog.url(), u"mariadb://kim@localhost/shop"_s); // without libpq's sslmode
        QCOMPARE(named<QSpinBox>(dialog, u"Port"_s)->text(), u"3306"_s);
        QVERIFY(!named<QComboBox>(dialog, u"Encryption"_s)->isEnabled());
        dialog.setUrl(u"mysql://kim:secret@db:3307/shop?socket=/run/x"_s);
        QCOMPARE(dialog.url(), u"mariadb://kim:secret@db:3307/shop?socket=/run/x"_s);
        dialog.setUrl(u"postgresql://kim@db/shop"_s);
        QCOMPARE(named<QComboBox>(dialog, u"Kind"_s)->currentText(), u"PostgreSQL"_s);
        QCOMPARE(dialog.url(), u"postgresql://kim@db/shop"_s);
    }

    void whatIsNoUrlCannotBeOpened()
    {
        ServerDialog dialog;
        auto *url = named<QLineEdit>(dialog, u"URL"_s);
        url->clear();
        QTest::keyClicks(url, u"oracle://x"_s);
        for (QPushButton *button : dialog.findChildren<QPushButton *>())
            if (button->text().contains(u"onnect"_s))
                QVERIFY(!button->isEnabled());
    }

    void itIsReadableInBothThemes()
    {
        Q_INIT_RESOURCE(heddle); // the arrows of boxes
        heddle::ui::Appearance appearance(*qApp);
        for (const bool dark : {false, true}) {
            appearance.setChoice(dark ? heddle::ui::ThemeChoice::Dark
                                      : heddle::ui::ThemeChoice::Light);
            ServerDialog dialog;
            QTest::keyClicks(named<QLineEdit>(dialog, u"Host"_s), u"db.example.org"_s);
            dialog.show();
            QVERIFY(QTest::qWaitForWindowExposed(&dialog));
            // Fields and what labels them differ from what lies behind them.
            const QPalette colours = dialog.palette();
            for (const auto &[text, behind] :
                 {std::pair(QPalette::WindowText, QPalette::Window),
                  std::pair(QPalette::Text, QPalette::Base),
                  std::pair(QPalette::PlaceholderText, QPalette::Base)})
                QVERIFY(std::abs(colours.color(text).lightness() -
                                 colours.color(behind).lightness()) > 60);
            heddle::testing::saveShot(dialog, dark ? u"server-dark"_s : u"server-light"_s);
            named<QComboBox>(dialog, u"Kind"_s)->setCurrentIndex(1);
            heddle::testing::saveShot(dialog,
                                      dark ? u"server-mariadb-dark"_s : u"server-mariadb-light"_s);
        }
        appearance.setChoice(heddle::ui::ThemeChoice::Light);
    }

    void settingsNeverHoldAPassword()
    {
        QTemporaryDir folder;
        Settings settings(folder.filePath(u"heddle.ini"_s));
        settings.addRecentDatabase(u"postgresql://kim:secret@host/shop?password=secret"_s);
        settings.setLastDatabase(u"postgresql://kim:secret@host/shop"_s);
        QCOMPARE(settings.recentDatabases(), QStringList{u"postgresql://kim@host/shop"_s});
        QCOMPARE(settings.lastDatabase(), u"postgresql://kim@host/shop"_s);
        settings.addRecentDatabase(u"mariadb://kim:secret@host/shop"_s);
        QCOMPARE(settings.recentDatabases().first(), u"mariadb://kim@host/shop"_s);
        settings.addRecentDatabase(u"/home/kim/a b.sqlite"_s);
        QCOMPARE(settings.recentDatabases().first(), u"/home/kim/a b.sqlite"_s);
    }
};

QTEST_MAIN(TestServerDialog)
#include "tst_serverdialog.moc"
