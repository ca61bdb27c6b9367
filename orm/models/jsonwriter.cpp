#include "orm/models/jsonwriter.h"

#include "orm/values/json.h"

namespace heddle::detail {

void JsonWriter::add(const char *key, const QString &text)
{
    startValue(key);
    appendJsonString(m_out, text.toUtf8());
}

void JsonWriter::add(const char *key, bool value)
{
    startValue(key);
    m_out += value ? "true" : "false";
}

void JsonWriter::add(const char *key, qint64 value)
{
    startValue(key);
    m_out += QByteArray::number(value);
}

void JsonWriter::add(const char *key, const QStringList &texts)
{
    startValue(key);
    m_out += '[';
    for (qsizetype i = 0; i < texts.size(); ++i) {
        if (i > 0)
            m_out += ", ";
        appendJsonString(m_out, texts[i].toUtf8());
    }
    m_out += ']';
}

void JsonWriter::addIfSet(const char *key, const QString &text)
{
    if (!text.isEmpty())
        add(key, text);
}

void JsonWriter::addIfTrue(const char *key, bool value)
{
    if (value)
        add(key, true);
}

void JsonWriter::begin(const char *key, char bracket)
{
    startValue(key);
    m_out += bracket;
    ++m_depth;
    m_first = true;
}

void JsonWriter::end(char bracket)
{
    --m_depth;
    if (!m_first)
        m_out += '\n' + QByteArray(2 * m_depth, ' ');
    m_out += bracket;
    m_first = false;
    if (m_depth == 0)
        m_out += '\n';
}

void JsonWriter::startValue(const char *key)
{
    if (m_depth > 0) {
        m_out += m_first ? "\n" : ",\n";
        m_out += QByteArray(2 * m_depth, ' ');
    }
    m_first = false;
    if (key) {
        appendJsonString(m_out, key);
        m_out += ": ";
    }
}

} // namespace heddle::detail
