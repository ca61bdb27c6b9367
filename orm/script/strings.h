#pragma once

#include "orm/script/object.h"

#include <span>

namespace heddle::script {

/// A str. Immutable. Positions count code points, as Python's do; most texts have none beyond 16
/// bits and are then indexed directly.
class Str final : public HeapObject {
public:
    static constexpr Kind kKind = Kind::Str;
    explicit Str(QString text);

    const QString &text() const { return m_text; }
    std::int64_t size() const { return m_size; } // in code points
    /// Code points [begin, begin + count).
    QString part(std::int64_t begin, std::int64_t count) const;

    QString typeName() const override { return QStringLiteral("str"); }
    QString repr(Machine &vm) override;
    QString str(Machine &) override { return m_text; }
    bool truth(Machine &) override { return !m_text.isEmpty(); }
    std::size_t hash(Machine &vm) override;
    Object attribute(Machine &vm, const QString &name) override;
    QStringList attributeNames(Machine &vm) override;
    std::optional<std::int64_t> length(Machine &) override { return m_size; }
    Object item(Machine &vm, const Object &key) override;
    Object iterate(Machine &vm) override;
    Object binary(Machine &vm, BinaryOp op, const Object &other, bool reflected) override;
    Object compare(Machine &vm, CompareOp op, const Object &other) override;
    std::optional<bool> contains(Machine &vm, const Object &value) override;
    QString format(Machine &vm, const QString &spec) override;

private:
    QString m_text;
    std::int64_t m_size;
};

/// repr() of a text, with Python's choice of quotes and escapes.
QString reprOfText(const QString &text);

/// The native methods of str ("upper", "split", ...), bound to `self`; empty: no such method.
Object strMethod(const Object &self, const QString &name);
QStringList strMethodNames();
/// Those of strparts.cpp: taking a text apart.
std::span<const struct NativeEntry> strPartMethods();
/// Those of strtables.cpp: letters by table, questions about a whole text.
std::span<const struct NativeEntry> strTableMethods();

} // namespace heddle::script
