#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <cstdint>

namespace heddle::detail {

/// Appends a JSON string in quotes; malformed UTF-8 becomes U+FFFD.
void appendJsonText(QByteArray &out, QByteArrayView utf8);

/// Writes one JSON object key by key into a buffer; closed by end(). A trace has up to millions of
/// these, so no tree is built.
class JsonObject {
public:
    explicit JsonObject(QByteArray &out) : m_out(out) { m_out += '{'; }
    void end() { m_out += '}'; }

    void add(const char *key, std::int64_t value)
    {
        startValue(key);
        m_out += QByteArray::number(qint64(value));
    }
    void addText(const char *key, QByteArrayView utf8)
    {
        startValue(key);
        appendJsonText(m_out, utf8);
    }
    /// A value that is JSON already; the key may also open a nested object written by the caller.
    void addRaw(const char *key, QByteArrayView json)
    {
        startValue(key);
        m_out += json;
    }
    void addIfSet(const char *key, std::int64_t value)
    {
        if (value != 0)
            add(key, value);
    }
    void addTextIfSet(const char *key, QByteArrayView utf8)
    {
        if (!utf8.isEmpty())
            addText(key, utf8);
    }

private:
    void startValue(const char *key)
    {
        if (!m_first)
            m_out += ',';
        m_first = false;
        m_out += '"';
        m_out += key;
        m_out += "\":";
    }

    QByteArray &m_out;
    bool m_first = true;
};

} // namespace heddle::detail
