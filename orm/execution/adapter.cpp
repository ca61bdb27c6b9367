#include "orm/execution/adapter.h"

#include "orm/values/errors.h"

#include <QFileInfo>
#include <QRegularExpression>
#include <QUrlQuery>
#include <mutex>

namespace heddle {

namespace {

using namespace Qt::Literals::StringLiterals;

std::mutex s_adaptersMutex;

std::vector<std::unique_ptr<Adapter>> &adapters()
{
    static std::vector<std::unique_ptr<Adapter>> all;
    return all;
}

int positiveOption(const QString &name, const QString &text)
{
    bool ok = false;
    const int value = text.toInt(&ok);
    if (!ok || value < 1)
        throw OperationalError(
            QStringLiteral("The option %1 of a database URL must be a number above 0, not '%2'.")
                .arg(name, text));
    return value;
}

void applyOption(ConnectionTarget &target, const QString &name, const QString &value)
{
    if (name == "mode"_L1) {
        if (value == "ro"_L1)
            target.mode = ConnectionTarget::Mode::ReadOnly;
        else if (value == "rw"_L1)
            target.mode = ConnectionTarget::Mode::ReadWrite;
        else if (value == "rwc"_L1)
            target.mode = ConnectionTarget::Mode::Create;
        else if (value == "memory"_L1)
            target.path = u":memory:"_s;
        else
            throw OperationalError(
                QStringLiteral("mode=%1 is not one of ro, rw, rwc and memory.").arg(value));
        target.pool.readOnly = target.mode == ConnectionTarget::Mode::ReadOnly;
    } else if (name == "alias"_L1) {
        target.pool.alias = value;
    } else if (name == "max_connections"_L1) {
        target.pool.maxConnections = positiveOption(name, value);
    } else if (name == "max_queued"_L1) {
        target.pool.maxQueued = positiveOption(name, value);
    } else if (name == "timeout"_L1) {
        target.pool.acquireTimeout = std::chrono::seconds(positiveOption(name, value));
    } else {
        throw OperationalError(
            QStringLiteral(
                "A database URL has no option '%1'; there are mode, alias, max_connections, "
                "max_queued and timeout.")
                .arg(name));
    }
}

/// sqlite:///relative, sqlite:////absolute, sqlite:///:memory:; options behind a question mark.
void parseSqlite(ConnectionTarget &target, QStringView rest)
{
    const qsizetype question = rest.indexOf(u'?');
    QStringView path = question < 0 ? rest : rest.first(question);
    if (path.startsWith("//"_L1))
        path = path.sliced(2);
    if (path.startsWith(u'/'))
        path = path.sliced(1);
    else if (!path.isEmpty() && path != ":memory:"_L1)
        throw OperationalError(
            QStringLiteral("'%1' has a host, but SQLite has none: write sqlite:///relative.db or "
                           "sqlite:////absolute/path.db.")
                .arg(target.url));
    target.path = QUrl::fromPercentEncoding(path.toUtf8());
    if (question >= 0) {
        const QUrlQuery query(rest.sliced(question + 1).toString());
        for (const auto &[name, value] : query.queryItems(QUrl::FullyDecoded))
            applyOption(target, name, value);
    }
    if (target.path.isEmpty())
        throw OperationalError(QStringLiteral("'%1' names no file.").arg(target.url));
}

} // namespace

ConnectionTarget ConnectionTarget::parse(const QString &url)
{
    ConnectionTarget target;
    target.url = url;
    target.backend = u"sqlite"_s;
    if (url.trimmed().isEmpty())
        throw OperationalError(QStringLiteral(
            "No database was named: give a file or a URL such as sqlite:///shop.db."));
    static const QRegularExpression withScheme(u"^([A-Za-z][A-Za-z0-9+.-]*)://"_s);
    const QRegularExpressionMatch match = withScheme.match(url);
    const QString scheme = match.hasMatch() ? match.captured(1).toLower() : QString();
    if (scheme == "sqlite"_L1 || url.startsWith("sqlite:"_L1)) {
        parseSqlite(target, QStringView(url).sliced(7));
    } else if (scheme == "postgresql"_L1 || scheme == "postgres"_L1) {
        target.backend = u"postgresql"_s;
    } else if (scheme == "file"_L1) {
        target.path = QUrl(url).toLocalFile();
    } else if (!scheme.isEmpty()) {
        throw OperationalError(QStringLiteral("Heddle does not know databases of the kind '%1://'; "
                                              "it takes a file, sqlite:///… or "
                                              "postgresql://….")
                                   .arg(scheme));
    } else {
        target.path = url;
    }
    return target;
}

QString ConnectionTarget::displayName() const
{
    if (!path.isEmpty())
        return path == ":memory:"_L1 ? path : QFileInfo(path).fileName();
    // libpq's URIs may carry the password in the options too.
    QUrl shown(url);
    shown.setPassword(QString());
    QUrlQuery query(shown);
    query.removeAllQueryItems(u"password"_s);
    query.removeAllQueryItems(u"sslpassword"_s);
    shown.setQuery(query.isEmpty() ? QString() : query.toString());
    return shown.isValid() ? shown.toDisplayString() : backend;
}

void AdapterRegistry::add(std::unique_ptr<Adapter> adapter)
{
    std::lock_guard lock(s_adaptersMutex);
    for (std::unique_ptr<Adapter> &known : adapters()) {
        if (known->name() == adapter->name())
            return; // registering twice is harmless: whoever came first stays, since it may be in
                    // use
    }
    adapters().push_back(std::move(adapter));
}

const Adapter &AdapterRegistry::find(const QString &backend)
{
    std::lock_guard lock(s_adaptersMutex);
    QStringList known;
    for (const std::unique_ptr<Adapter> &adapter : adapters()) {
        if (adapter->name() == backend)
            return *adapter;
        known << adapter->name();
    }
    throw OperationalError(
        QStringLiteral("There is no adapter for '%1' in this program; it has %2.")
            .arg(backend, known.isEmpty() ? u"none"_s : known.join(u", "_s)));
}

QStringList AdapterRegistry::names()
{
    std::lock_guard lock(s_adaptersMutex);
    QStringList all;
    for (const std::unique_ptr<Adapter> &adapter : adapters())
        all << adapter->name();
    return all;
}

} // namespace heddle
