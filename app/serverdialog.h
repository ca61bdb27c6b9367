#pragma once

#include <QDialog>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace heddle::app {

/// Asks for a PostgreSQL or MariaDB server: fields on one side, the connection URL that they make
/// on the other; either may be edited, the other follows.
///
/// What is left empty is left to the client library: libpq has environment variables, a service
/// file and .pgpass. The dialog knows no database; whoever shows it opens url().
class ServerDialog final : public QDialog {
    Q_OBJECT

public:
    explicit ServerDialog(QWidget *parent = nullptr);

    /// The whole URL, password included.
    QString url() const;
    /// Fills in the fields. What is the URL of neither leaves them as they are.
    void setUrl(const QString &url);

    /// The same URL without its password, for what is kept or shown.
    static QString withoutPassword(const QString &url);

private:
    void fieldsChanged();
    void kindChanged();
    bool isMariadb() const;
    void urlEdited(const QString &text);

    QLineEdit *m_host, *m_database, *m_user, *m_password, *m_url;
    QSpinBox *m_port;
    QComboBox *m_kind, *m_encryption;
    QLabel *m_problem;
    QPushButton *m_open;
    QString m_options; // what the URL says beyond the fields: "connect_timeout=3"
};

} // namespace heddle::app
