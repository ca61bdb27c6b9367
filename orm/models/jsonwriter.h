#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

namespace heddle::detail {

/// Writes indented JSON whose keys keep the order in which they come; QJsonDocument would sort
/// them.
///
/// Inside an object every value is given with its key. The caller balances begin and end.
class JsonWriter {
public:
    void beginObject(const char *key = nullptr) { begin(key, '{'); }
    void endObject() { end('}'); }
    void beginArray(const char *key = nullptr) { begin(key, '['); }
    void endArray() { end(']'); }

    void add(const char *key, const QString &text);
    void add(const char *key, bool value);
    void add(const char *key, qint64 value);
    /// On one line.
    void add(const char *key, const QStringList &texts);

    // For what mostly has its usual value: said only where it differs.
    void addIfSet(const char *key, const QString &text);
    void addIfTrue(const char *key, bool value);

    const QByteArray &text() const { return m_out; }

private:
    void begin(const char *key, char bracket);
    void end(char bracket);
    void startValue(const char *key);

    QByteArray m_out;
    int m_depth = 0;
    bool m_first = true;
};

} // namespace heddle::detail
