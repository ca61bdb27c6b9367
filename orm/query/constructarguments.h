#pragma once

#include "orm/query/expression.h"
#include "orm/query/functions.h"

namespace heddle::expr::detail {

using namespace Qt::Literals::StringLiterals;

/// The arguments of one call, taken out one after another; what is left over at the end is an
/// error.
class Arguments {
public:
    Arguments(const QString &name, const std::vector<Operand> &positional,
              const NamedOperands &keywords)
        : m_name(name), m_positional(positional), m_keywords(keywords)
    {
    }

    std::size_t positionalCount() const { return m_positional.size(); }
    const Operand &positional(std::size_t i) const { return m_positional[i]; }
    std::optional<Operand> keyword(const char *name)
    {
        for (auto it = m_keywords.begin(); it != m_keywords.end(); ++it) {
            if (it->first == QLatin1String(name)) {
                Operand found = std::move(it->second);
                m_keywords.erase(it);
                return found;
            }
        }
        return {};
    }
    /// Positional argument i, or the keyword of that name.
    std::optional<Operand> argument(std::size_t i, const char *name)
    {
        if (i < m_positional.size())
            return m_positional[i];
        return keyword(name);
    }
    bool flag(const char *name)
    {
        const std::optional<Operand> o = keyword(name);
        return o && o->isValue() && o->value() == Value(true);
    }
    std::optional<FieldType> outputField()
    {
        const std::optional<Operand> o = keyword("output_field");
        if (!o || o->isNone())
            return {};
        if (!o->fieldType())
            throw TypeError(u"output_field must be a field, such as IntegerField()"_s);
        return *o->fieldType();
    }
    void end() const
    {
        if (!m_keywords.empty())
            throw TypeError(u"%1.__init__() got an unexpected keyword argument '%2'"_s.arg(
                m_name, m_keywords.front().first));
    }
    NamedOperands takeKeywords() { return std::move(m_keywords); }
    const std::vector<Operand> &all() const { return m_positional; }
    /// Python's TypeErrors for a constructor with one argument of that name.
    void requireOne(const char *name, bool optional = false) const
    {
        if (m_positional.empty() && !optional)
            throw TypeError(u"%1.__init__() missing 1 required positional argument: '%2'"_s.arg(
                m_name, QLatin1String(name)));
        if (m_positional.size() > 1)
            throw TypeError(u"%1.__init__() takes %2 positional arguments but %3 were given"_s.arg(
                m_name, optional ? u"from 1 to 2"_s : u"2"_s,
                QString::number(m_positional.size() + 1)));
    }

private:
    QString m_name;
    const std::vector<Operand> &m_positional;
    NamedOperands m_keywords;
};

// What the constructors share; see construct.cpp.
std::shared_ptr<Expression> node(ExprKind kind, const QString &name = {});
QString textOf(const std::optional<Operand> &o, const QString &what);
QPtr conditionOf(const Operand &o, const QString &what);
std::vector<ExprPtr> expressionList(const std::optional<Operand> &o, bool ordering);
/// "str", "int": the type as Python's messages name it.
QString pythonType(const Value &value);

/// Aggregates and functions; see constructfunctions.cpp.
ExprPtr constructAggregate(const FunctionInfo &info, Arguments &args);
ExprPtr constructFunction(const FunctionInfo &info, Arguments &args);

} // namespace heddle::expr::detail
