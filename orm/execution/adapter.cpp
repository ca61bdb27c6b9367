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

/// What may stand behind the question mark and is not for a client library.
QStringList optionsOf(const QString &backend)
{
    QStringList names{u"mode"_s, u"alias"_s, u"max_connections"_s, u"max_queued"_s, u"timeout"_s};
    if (backend == "postgresql"_L1)
        names << u"adapter"_s << u"prepare"_s;
    return names;
}

/// An option of another kind of database is not passed over in silence: who writes it expects it
/// to do something.
void requireOption(const ConnectionTarget &target, const QString &name)
{
    const QStringList known = optionsOf(target.backend);
    if (known.contains(name))
        return;
    const QString kind = target.backend == "sqlite"_L1    ? u"an SQLite"_s
                         : target.backend == "mariadb"_L1 ? u"a MariaDB"_s
                         : target.backend == "qtsql"_L1   ? u"a Qt SQL"_s
                                                          : u"a PostgreSQL"_s;
    throw OperationalError(u"The URL of %1 database has no option '%2'; there are %3 and %4."_s.arg(
        kind, name, known.first(known.size() - 1).join(u", "_s), known.last()));
}

void applyOption(ConnectionTarget &target, const QString &name, const QString &value)
{
    requireOption(target, name);
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
    } else if (name == "adapter"_L1) {
        if (value != "native"_L1 && value != "threads"_L1)
            throw OperationalError(
                QStringLiteral("adapter=%1 is not one of native and threads.").arg(value));
        target.waiting = value == "threads"_L1 ? ConnectionTarget::Waiting::Threads
                                               : ConnectionTarget::Waiting::Native;
    } else {
        if (value != "on"_L1 && value != "off"_L1)
            throw OperationalError(
                QStringLiteral("prepare=%1 is not one of on and off.").arg(value));
        target.prepare = value == "on"_L1;
    }
}

/// Of whatever kind of database: the others are for a client library.
bool isOurOption(const QString &name)
{
    return optionsOf(u"postgresql"_s).contains(name);
}

/// postgresql://user:password@host1:5432,host2/database?options, libpq's own form, or
/// mariadb://user:password@host:port/database?socket=/path. Our options are taken out; the rest
/// stays as it is written, for the backend.
void parseServer(ConnectionTarget &target, const QString &backend, qsizetype schemeEnd)
{
    target.backend = backend;
    const qsizetype question = target.url.indexOf(u'?');
    const QString address = target.url.first(question < 0 ? target.url.size() : question);
    QStringList kept;
    const QString options = question < 0 ? QString() : target.url.mid(question + 1);
    for (const QString &option : options.split(u'&', Qt::SkipEmptyParts)) {
        const QString name = option.section(u'=', 0, 0);
        if (isOurOption(name))
            applyOption(target, name, QUrl::fromPercentEncoding(option.section(u'=', 1).toUtf8()));
        else
            kept << option;
    }
    if (!target.path.isEmpty() || target.mode == ConnectionTarget::Mode::Create)
        throw OperationalError(
            QStringLiteral("The database of a server has only mode=ro and mode=rw."));
    target.connectionInfo = address.first(schemeEnd).toLower() + address.mid(schemeEnd);
    if (!kept.isEmpty())
        target.connectionInfo += u'?' + kept.join(u'&');
}

/// The keywords of "host=db.example port=5432 dbname='my shop'" with their values, in order; empty
/// if the text is not of that form. A file's name would have to begin like one of libpq's keywords.
QList<std::pair<QString, QString>> connectionKeywords(const QString &text)
{
    static const QRegularExpression pair(
        u"\\G\\s*([a-z_]+)\\s*=\\s*(?:'((?:[^'\\\\]|\\\\.)*)'|((?:[^\\s'\\\\]|\\\\.)*))\\s*"_s);
    static const QStringList first{u"host"_s,
                                   u"hostaddr"_s,
                                   u"port"_s,
                                   u"dbname"_s,
                                   u"user"_s,
                                   u"password"_s,
                                   u"service"_s,
                                   u"sslmode"_s,
                                   u"options"_s,
                                   u"passfile"_s,
                                   u"connect_timeout"_s,
                                   u"application_name"_s};
    QList<std::pair<QString, QString>> found;
    qsizetype at = 0;
    while (at < text.size()) {
        const QRegularExpressionMatch match = pair.match(text, at);
        if (!match.hasMatch() || (found.isEmpty() && !first.contains(match.captured(1))))
            break;
        QString value = match.captured(2) + match.captured(3);
        value.replace(QRegularExpression(u"\\\\(.)"_s), u"\\1"_s);
        found.append({match.captured(1), value});
        at = match.capturedEnd();
    }
    return found;
}

bool isSecret(const QString &keyword)
{
    return keyword == "password"_L1 || keyword == "sslpassword"_L1;
}

/// A URI without what a password may be. Everything between the first colon and the last @ goes, so
/// that one that is not escaped as it should be does not show either.
QString withoutPassword(const QString &uri)
{
    const qsizetype begin = uri.indexOf("://"_L1) + 3;
    const qsizetype question = uri.indexOf(u'?');
    QString address = uri.first(question < 0 ? uri.size() : question);
    const qsizetype at = address.lastIndexOf(u'@');
    const qsizetype colon = address.indexOf(u':', begin);
    if (at > 0 && colon > 0 && colon < at)
        address.remove(colon, at - colon);
    QStringList shown;
    const QString options = question < 0 ? QString() : uri.mid(question + 1);
    for (const QString &option : options.split(u'&', Qt::SkipEmptyParts)) {
        if (!isSecret(QUrl::fromPercentEncoding(option.section(u'=', 0, 0).toUtf8())))
            shown << option;
    }
    return shown.isEmpty() ? address : address + u'?' + shown.join(u'&');
}

/// Keywords in the form of a URI.
QString displayOf(const QList<std::pair<QString, QString>> &keywords)
{
    QString user, host, port, database;
    for (const auto &[keyword, value] : keywords) {
        if (keyword == "user"_L1)
            user = value + u'@';
        else if (keyword == "host"_L1 || (keyword == "hostaddr"_L1 && host.isEmpty()))
            host = value;
        else if (keyword == "port"_L1)
            port = u':' + value;
        else if (keyword == "dbname"_L1)
            database = u'/' + (value.contains("://"_L1) ? withoutPassword(value) : value);
        else if (keyword == "service"_L1)
            database = u"?service="_s + value;
    }
    return u"postgresql://"_s + user + host + port + database;
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
        parseServer(target, u"postgresql"_s, scheme.size());
    } else if (scheme == "mariadb"_L1 || scheme == "mysql"_L1) {
        parseServer(target, u"mariadb"_s, scheme.size());
    } else if (scheme == "qtsql"_L1) {
        parseServer(target, u"qtsql"_s, scheme.size());
    } else if (scheme == "file"_L1) {
        target.path = QUrl(url).toLocalFile();
    } else if (!scheme.isEmpty()) {
        throw OperationalError(QStringLiteral("Heddle does not know databases of the kind '%1://'; "
                                              "it takes a file, sqlite:///…, "
                                              "postgresql://…, mariadb://… or qtsql:///….")
                                   .arg(scheme));
    } else if (!connectionKeywords(url).isEmpty() && !QFileInfo::exists(url)) {
        target.backend = u"postgresql"_s;
        target.connectionInfo = url;
    } else {
        target.path = url;
    }
    return target;
}

QString ConnectionTarget::displayName() const
{
    if (!path.isEmpty())
        return path == ":memory:"_L1 ? path : QFileInfo(path).fileName();
    const QList<std::pair<QString, QString>> keywords = connectionKeywords(connectionInfo);
    return keywords.isEmpty() ? withoutPassword(connectionInfo) : displayOf(keywords);
}

bool ConnectionTarget::hasPassword() const
{
    const QList<std::pair<QString, QString>> keywords = connectionKeywords(connectionInfo);
    if (keywords.isEmpty())
        return withoutPassword(connectionInfo) != connectionInfo;
    // Also where it cannot be read as it is written.
    return connectionInfo.contains("password"_L1);
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
