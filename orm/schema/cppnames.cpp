#include "orm/schema/cppnames.h"

#include <QSet>

namespace heddle::detail {

using namespace Qt::Literals::StringLiterals;

namespace {

QSet<QString> words(const char *text)
{
    const QStringList list = QString::fromLatin1(text).split(u' ');
    return {list.begin(), list.end()};
}

/// What a member or a struct cannot be called: keywords, macros of the C library and of Qt, and the
/// function that every model has.
bool isClaimed(const QString &name)
{
    static const QSet<QString> claimed = words(
        "alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t "
        "char16_t char32_t class compl concept const consteval constexpr constinit const_cast "
        "continue co_await co_return co_yield decltype default delete do double dynamic_cast else "
        "enum explicit export extern false float for friend goto if inline int long mutable "
        "namespace new noexcept not not_eq nullptr operator or or_eq private protected public "
        "register reinterpret_cast requires return short signed sizeof static static_assert "
        "static_cast struct switch template this thread_local throw true try typedef typeid "
        "typename union unsigned using virtual void volatile wchar_t while xor xor_eq "
        "signals slots emit foreach forever errno stdin stdout stderr assert offsetof major minor "
        "linux unix NULL EOF TRUE FALSE NAN INFINITY heddle std describe");
    return claimed.contains(name);
}

bool isAsciiWord(QChar c)
{
    return c.unicode() < 128 && (c.isLetterOrNumber() || c == u'_');
}

} // namespace

QString asciiIdentifier(const QString &text)
{
    QString out;
    // Decomposed, most accented letters are a plain letter and a mark that can go.
    for (const QChar c : text.normalized(QString::NormalizationForm_KD)) {
        if (isAsciiWord(c)) {
            if (c != u'_' || !out.endsWith(u'_'))
                out += c;
        } else if (c.isLetterOrNumber()) {
            out += u'x' + QString::number(c.unicode(), 16);
        }
    }
    if (out.isEmpty() || out.front().isDigit())
        out.prepend(u'n');
    while (out.size() > 1 && out.front() == u'_')
        out.remove(0, 1);
    return out;
}

QString memberNameFor(const QString &fieldName)
{
    QString out;
    for (const QString &piece : asciiIdentifier(fieldName).split(u'_', Qt::SkipEmptyParts))
        out += out.isEmpty() ? piece : piece.left(1).toUpper() + piece.mid(1);
    if (out.isEmpty())
        out = u"member"_s;
    return isClaimed(out) ? out + u'_' : out;
}

QByteArray cppString(const QString &text)
{
    QByteArray out = "\"";
    for (const char c : text.toUtf8()) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '?') {
            out += "\\?"; // no trigraphs
        } else if (byte < 0x20 || byte == 0x7f) {
            // Three octal digits end by themselves, whatever follows.
            out += '\\' + QByteArray::number(byte, 8).rightJustified(3, '0');
        } else {
            out += c;
        }
    }
    return out + '"';
}

CppNames::CppNames(const ModelRegistry &registry)
{
    QSet<QString> taken;
    for (const auto &model : registry.models()) {
        QString name = asciiIdentifier(model->name);
        if (isClaimed(name))
            name += u'_';
        const QString base = name;
        for (int n = 2; taken.contains(name); ++n)
            name = base + QString::number(n);
        taken.insert(name);
        m_structs.insert(model.get(), name);
    }
    for (const auto &model : registry.models()) {
        for (const auto &field : model->fields())
            m_fields.insert(field.get(), freeName(model.get(), memberNameFor(field->name)));
        for (const auto &relation : model->relations())
            m_relations.insert(relation.get(),
                               freeName(model.get(), memberNameFor(relation->accessor)));
    }
}

QString CppNames::freeName(const ModelInfo *model, const QString &wanted)
{
    QStringList &members = m_members[model];
    QString name = wanted;
    for (int n = 2; members.contains(name) || name == m_structs.value(model); ++n)
        name = wanted + (wanted.endsWith(u'_') ? QString() : u"_"_s) + QString::number(n);
    members << name;
    return name;
}

} // namespace heddle::detail
