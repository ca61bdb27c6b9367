#include "app/cli/databasechoice.h"

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {

DatabaseChoice::DatabaseChoice(CommandParser &parser)
    : m_db(u"db"_s,
           Cli::tr("The database: a path, sqlite:///path, postgresql://... or "
                   "mariadb://..."),
           u"URL"_s),
      m_replica(u"replica"_s,
                Cli::tr("A copy of it that takes reads; .using(\"NAME\") asks that one. May be "
                        "given several times."),
                u"NAME=URL"_s),
      m_maxLag(u"max-lag"_s, Cli::tr("Leave out a replica that is further behind."), u"SECONDS"_s)
{
    parser.options().addOptions({m_db, m_replica, m_maxLag});
}

std::optional<int> DatabaseChoice::read(const CommandParser &parser)
{
    if (!parser.isSet(m_db))
        return parser.wrong(Cli::tr("--db is missing"));
    m_url = parser.value(m_db);
    for (const QString &text : parser.values(m_replica)) {
        const qsizetype at = text.indexOf(u'=');
        if (at < 1 || at + 1 == text.size())
            return parser.wrong(Cli::tr("--replica takes NAME=URL, not '%1'").arg(text));
        m_replicas.replicas.emplace_back(text.left(at), text.mid(at + 1));
    }
    if (!parser.isSet(m_maxLag))
        return std::nullopt;
    bool isNumber = false;
    const double seconds = parser.value(m_maxLag).toDouble(&isNumber);
    if (!isNumber || !(seconds > 0) || seconds > 1e6)
        return parser.wrong(Cli::tr("--max-lag takes a number of seconds above 0, not '%1'")
                                .arg(parser.value(m_maxLag)));
    m_replicas.maxLag = std::chrono::milliseconds(qint64(seconds * 1000));
    return std::nullopt;
}

} // namespace heddle::app
