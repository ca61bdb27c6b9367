#include "app/serverdialog.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QUrl>
#include <QUrlQuery>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

/// "postgresql" or "mariadb"; empty for what is the URL of neither.
QString kindOf(const QUrl &url)
{
    const QString scheme = url.isValid() ? url.scheme() : QString();
    if (scheme == u"postgresql"_s || scheme == u"postgres"_s)
        return u"postgresql"_s;
    return scheme == u"mariadb"_s || scheme == u"mysql"_s ? u"mariadb"_s : QString();
}

QLineEdit *lineEdit(QWidget *parent, const QString &name, const QString &placeholder)
{
    auto *edit = new QLineEdit(parent);
    edit->setAccessibleName(name);
    edit->setPlaceholderText(placeholder);
    return edit;
}

} // namespace

ServerDialog::ServerDialog(QWidget *parent)
    : QDialog(parent), m_host(lineEdit(this, tr("Host"), u"localhost"_s)),
      m_database(lineEdit(this, tr("Database"), QString())),
      m_user(lineEdit(this, tr("User"), tr("as on this computer"))),
      m_password(lineEdit(this, tr("Password"), QString())),
      m_url(lineEdit(this, tr("URL"), QString())), m_port(new QSpinBox(this)),
      m_kind(new QComboBox(this)), m_encryption(new QComboBox(this)), m_problem(new QLabel(this)),
      m_open(nullptr)
{
    setWindowTitle(tr("Connect to a Server"));
    m_kind->setAccessibleName(tr("Kind"));
    m_kind->addItem(u"PostgreSQL"_s, u"postgresql"_s);
    m_kind->addItem(u"MariaDB"_s, u"mariadb"_s);
    m_password->setEchoMode(QLineEdit::Password);
    m_port->setRange(0, 65535);
    m_port->setButtonSymbols(QAbstractSpinBox::NoButtons); // nobody counts up to a port
    m_port->setAccessibleName(tr("Port"));
    m_encryption->setAccessibleName(tr("Encryption"));
    m_encryption->addItem(tr("If the server offers it"), QString());
    m_encryption->addItem(tr("Required"), u"require"_s);
    m_encryption->addItem(tr("Required, certificate checked"), u"verify-full"_s);
    m_encryption->addItem(tr("None"), u"disable"_s);
    m_problem->setWordWrap(true);
    m_problem->setAccessibleName(tr("Problem"));

    auto *form = new QFormLayout;
    form->addRow(tr("&Kind"), m_kind);
    form->addRow(tr("&Host"), m_host);
    form->addRow(tr("&Port"), m_port);
    form->addRow(tr("&Database"), m_database);
    form->addRow(tr("&User"), m_user);
    form->addRow(tr("Pass&word"), m_password);
    form->addRow(tr("&Encryption"), m_encryption);
    form->addRow(tr("UR&L"), m_url);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_open = buttons->addButton(tr("&Connect"), QDialogButtonBox::AcceptRole);
    m_open->setDefault(true);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *layout = new QVBoxLayout(this);
    layout->addLayout(form);
    layout->addWidget(m_problem);
    layout->addWidget(buttons);
    resize(480, sizeHint().height());

    for (QLineEdit *edit : {m_host, m_database, m_user, m_password})
        connect(edit, &QLineEdit::textEdited, this, &ServerDialog::fieldsChanged);
    connect(m_port, &QSpinBox::valueChanged, this, &ServerDialog::fieldsChanged);
    connect(m_encryption, &QComboBox::currentIndexChanged, this, &ServerDialog::fieldsChanged);
    connect(m_kind, &QComboBox::currentIndexChanged, this, [this] {
        m_options.clear(); // they are of the other kind
        kindChanged();
        fieldsChanged();
    });
    connect(m_url, &QLineEdit::textEdited, this, &ServerDialog::urlEdited);
    kindChanged();
    fieldsChanged();
}

bool ServerDialog::isMariadb() const
{
    return m_kind->currentData().toString() == u"mariadb"_s;
}

/// What an empty field means depends on who is asked.
void ServerDialog::kindChanged()
{
    const bool mariadb = isMariadb();
    m_port->setSpecialValueText(mariadb ? u"3306"_s : u"5432"_s);
    m_database->setPlaceholderText(mariadb ? tr("its name") : tr("as the user"));
    m_password->setPlaceholderText(mariadb ? tr("none") : tr("from .pgpass, or none"));
    m_url->setPlaceholderText(mariadb ? u"mariadb://user@host:3306/database"_s
                                      : u"postgresql://user@host:5432/database"_s);
    const QSignalBlocker blocker(m_encryption);
    if (mariadb)
        m_encryption->setCurrentIndex(0);
    m_encryption->setEnabled(!mariadb); // Qt's driver takes no such word
}

QString ServerDialog::url() const
{
    QUrl url(m_url->text());
    if (!m_password->text().isEmpty())
        url.setPassword(m_password->text(), QUrl::DecodedMode);
    return url.toString(QUrl::FullyEncoded);
}

void ServerDialog::setUrl(const QString &text)
{
    if (kindOf(QUrl(text)).isEmpty())
        return;
    urlEdited(text);
    fieldsChanged();
}

QString ServerDialog::withoutPassword(const QString &text)
{
    QUrl url(text);
    QUrlQuery query(url);
    // Of any kind of server; a path has no "://".
    if (!text.contains(u"://"_s) || !url.isValid() ||
        (url.password().isEmpty() && !query.hasQueryItem(u"password"_s)))
        return text;
    url.setPassword(QString());
    query.removeAllQueryItems(u"password"_s);
    url.setQuery(query);
    return url.toString(QUrl::FullyEncoded);
}

/// Writes the URL; the password stays in its own field, where it is hidden.
void ServerDialog::fieldsChanged()
{
    QUrl url;
    url.setScheme(m_kind->currentData().toString());
    url.setHost(m_host->text().isEmpty() ? u"localhost"_s : m_host->text().trimmed());
    if (const QString user = m_user->text().trimmed(); !user.isEmpty())
        url.setUserName(user, QUrl::DecodedMode);
    if (m_port->value() > 0)
        url.setPort(m_port->value());
    url.setPath(u'/' + m_database->text().trimmed(), QUrl::DecodedMode);
    QUrlQuery query(m_options);
    if (const QString mode = m_encryption->currentData().toString(); !mode.isEmpty())
        query.addQueryItem(u"sslmode"_s, mode);
    url.setQuery(query);
    const bool good = url.isValid();
    m_problem->setText(good ? QString() : tr("This is no name of a host: %1").arg(m_host->text()));
    m_open->setEnabled(good);
    if (good)
        m_url->setText(url.toString(QUrl::FullyEncoded));
}

void ServerDialog::urlEdited(const QString &text)
{
    const QUrl url(text.trimmed(), QUrl::StrictMode);
    const QString kind = kindOf(url);
    const bool good = !kind.isEmpty();
    m_problem->setText(good ? QString()
                            : tr("A URL such as postgresql://user@host:5432/database or "
                                 "mariadb://user@host:3306/database is needed."));
    m_open->setEnabled(good);
    if (!good)
        return;
    if (kind != m_kind->currentData().toString()) {
        m_password->clear(); // it was another server's
        const QSignalBlocker blocker(m_kind);
        m_kind->setCurrentIndex(m_kind->findData(kind));
    }
    kindChanged();
    m_host->setText(url.host());
    m_user->setText(url.userName(QUrl::FullyDecoded));
    m_database->setText(url.path(QUrl::FullyDecoded).mid(1));
    QUrlQuery query(url);
    QString password = url.password(QUrl::FullyDecoded);
    if (password.isEmpty())
        password = query.queryItemValue(u"password"_s, QUrl::FullyDecoded);
    if (!password.isEmpty())
        m_password->setText(password);
    const QSignalBlocker port(m_port), encryption(m_encryption);
    m_port->setValue(std::max(0, url.port()));
    const QString mode = query.queryItemValue(u"sslmode"_s);
    const int index = m_encryption->findData(mode);
    m_encryption->setCurrentIndex(std::max(0, index));
    // A mode that the box does not offer stays an option of the URL.
    if (index >= 0)
        query.removeAllQueryItems(u"sslmode"_s);
    query.removeAllQueryItems(u"password"_s);
    m_options = query.toString(QUrl::FullyEncoded);
}

} // namespace heddle::app
