#include "orm/trace/jsonobject.h"

#include <QString>

namespace heddle::detail {

void appendJsonText(QByteArray &out, QByteArrayView utf8)
{
    if (!utf8.isValidUtf8()) {
        appendJsonText(out, QString::fromUtf8(utf8).toUtf8());
        return;
    }
    static constexpr char Hex[] = "0123456789abcdef";
    out += '"';
    for (const char c : utf8) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (static_cast<unsigned char>(c) < 0x20) {
            out += "\\u00";
            out += Hex[(c >> 4) & 15];
            out += Hex[c & 15];
        } else {
            out += c;
        }
    }
    out += '"';
}

} // namespace heddle::detail
