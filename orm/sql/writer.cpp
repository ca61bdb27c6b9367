#include "orm/sql/writer.h"

namespace heddle::sql {

using namespace Qt::Literals::StringLiterals;

QByteArray filledIn(const QByteArray &pattern, const QByteArray &lhs, const QByteArray &rhs)
{
    QByteArray out;
    for (qsizetype i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == '%' && i + 1 < pattern.size() &&
            (pattern[i + 1] == 'l' || pattern[i + 1] == 'r'))
            out += pattern[++i] == 'l' ? lhs : rhs;
        else
            out += pattern[i];
    }
    return out;
}

QByteArray Writer::parameter(const Bind &bind)
{
    binds.push_back(bind);
    cacheable = cacheable && !bind.once;
    return m_dialect.placeholder(int(binds.size()));
}

QByteArray Writer::column(const Bound &b) const
{
    return m_dialect.quoted(QString::fromUtf8(b.select->joins()[std::size_t(b.alias)].alias)) +
           '.' + m_dialect.quoted(b.field->column);
}

QByteArray Writer::numericCast(const Bound &b, QByteArray text) const
{
    if (m_dialect.features().numericCasts && b.typed && b.type.kind == FieldKind::Decimal)
        return "CAST(" + text + " AS NUMERIC)";
    return text;
}

QByteArray Writer::value(const BoundPtr &p)
{
    const Bound &b = *p;
    switch (b.kind) {
    case BoundKind::Column:
        return column(b);
    case BoundKind::Param: {
        QByteArray text = parameter(b.bind);
        if (b.name.isEmpty())
            return text;
        const QByteArray cast = m_dialect.parameterCast(b.type);
        return numericCast(b, cast.isEmpty() ? text : text + "::" + cast);
    }
    case BoundKind::Null:
        return "NULL";
    case BoundKind::Constant:
        return b.text;
    case BoundKind::Star:
        return "*";
    case BoundKind::Function:
        return numericCast(b, function(b));
    case BoundKind::Combined:
        return numericCast(b, combined(b));
    case BoundKind::Case:
        return numericCast(b, caseWhen(b));
    case BoundKind::Aggregate:
        return numericCast(b, aggregate(b));
    case BoundKind::Window:
        return numericCast(b, window(b));
    case BoundKind::Subquery: {
        const Condition sub = select(*b.sub);
        return sub.outcome == Outcome::Empty ? QByteArray("NULL") : '(' + sub.text + ')';
    }
    case BoundKind::Exists:
    case BoundKind::Lookup:
    case BoundKind::Where: {
        const Condition c = condition(p);
        return c.outcome == Outcome::Text   ? c.text
               : c.outcome == Outcome::Full ? QByteArray("TRUE")
                                            : QByteArray("FALSE");
    }
    case BoundKind::Transform:
        if (b.part == TransformPart::Key || b.args[0]->type.kind == FieldKind::Array)
            return structuredValue(b);
        return m_dialect.extract(b.part, b.args[0]->type, value(b.args[0]));
    case BoundKind::OrderBy:
        return orderBy(b);
    case BoundKind::Ref:
        return m_dialect.quoted(QString::fromUtf8(b.text));
    case BoundKind::Cast:
        return "CAST(" + value(b.args[0]) + " AS " + m_dialect.castType(b.type) + ')';
    }
    return {};
}

QByteArray Writer::combined(const Bound &b)
{
    const Bound &l = *b.args[0], &r = *b.args[1];
    const bool plusOrMinus = b.name == "+"_L1 || b.name == "-"_L1;
    const bool leftTime = l.typed && l.type.isTemporal(),
               rightTime = r.typed && r.type.isTemporal();
    const QByteArray lhs = value(b.args[0]), rhs = value(b.args[1]);
    if (b.name == "-"_L1 && leftTime && rightTime && l.type.kind == r.type.kind)
        return m_dialect.dateDifference(l.type, lhs, rhs);
    const bool leftSpan = l.typed && l.type.kind == FieldKind::Duration,
               rightSpan = r.typed && r.type.kind == FieldKind::Duration;
    if (plusOrMinus &&
        ((leftTime && rightSpan) || (leftSpan && rightTime) || (leftSpan && rightSpan)))
        return m_dialect.durationArithmetic(b.name, b.type, lhs, rhs);
    return m_dialect.combined(b.name, lhs, rhs);
}

QByteArray Writer::function(const Bound &b)
{
    QList<QByteArray> args;
    for (const BoundPtr &arg : b.args)
        args << value(arg);
    if (b.name.startsWith("Extract"_L1))
        return m_dialect.extract(*transformByName(b.partName), b.args[0]->type, args[0]);
    if (b.name == "TruncDate"_L1)
        return m_dialect.extract(TransformPart::Date, b.args[0]->type, args[0]);
    if (b.name == "TruncTime"_L1)
        return m_dialect.extract(TransformPart::Time, b.args[0]->type, args[0]);
    if (b.name.startsWith("Trunc"_L1)) {
        QByteArray inner = args[0];
        if (b.typed && b.type.kind == FieldKind::Date &&
            b.args[0]->type.kind == FieldKind::DateTime)
            inner = m_dialect.extract(TransformPart::Date, b.args[0]->type, inner);
        return m_dialect.truncate(b.partName, b.typed ? b.type : b.args[0]->type, inner);
    }
    if (b.name == "Now"_L1)
        return m_dialect.now();
    if (b.name == "Random"_L1)
        return m_dialect.random();
    if (const QByteArray own = m_dialect.function(b, args); !own.isEmpty())
        return own;
    if (b.name == "Cast"_L1)
        return "CAST(" + args[0] + " AS " + m_dialect.castType(b.type) + ')';
    if (b.name == "Func"_L1)
        return customFunction(b, args);
    if (b.name == "Collate"_L1)
        return args[0] + " COLLATE " + m_dialect.quoted(optionText(b, "collation"_L1));
    return functionInfo(b.name)->sql + ('(' + args.join(", ")) + ')';
}

QString Writer::optionText(const Bound &b, QLatin1String wanted)
{
    for (const auto &[key, operand] : b.source->options)
        if (key == wanted && operand.isValue() && operand.value().type() == Value::Type::Text)
            return operand.value().asString();
    return {};
}

QByteArray Writer::customFunction(const Bound &b, const QList<QByteArray> &args)
{
    const QByteArray name = optionText(b, "function"_L1).toUtf8();
    QByteArray joiner = optionText(b, "arg_joiner"_L1).toUtf8();
    if (joiner.isEmpty())
        joiner = ", ";
    // A name, not a piece of SQL: a text from a stranger must not become one.
    for (char c : name)
        if (!isalnum(static_cast<unsigned char>(c)) && c != '_' && c != '.')
            throw ValueError(
                u"Func's function must be a plain name, not '%1'"_s.arg(QString::fromUtf8(name)));
    for (char c : joiner)
        if (c == '\'' || c == '"' || c == ';' || c == '(' || c == ')')
            throw ValueError(u"Func's arg_joiner must be an operator, not '%1'"_s.arg(
                QString::fromUtf8(joiner)));
    // The template is SQL that the author of the query writes, as with raw().
    QByteArray pattern = optionText(b, "template"_L1).toUtf8();
    if (pattern.isEmpty())
        pattern = "%(function)s(%(expressions)s)";
    QByteArray out;
    for (qsizetype i = 0; i < pattern.size();) {
        const auto at = [&](const char *word) { return pattern.mid(i).startsWith(word); };
        if (at("%(function)s")) {
            out += name;
            i += 12;
        } else if (at("%(expressions)s")) {
            out += args.join(joiner);
            i += 15;
        } else if (at("%%")) {
            out += '%';
            i += 2;
        } else if (at("%(")) {
            throw KeyError(QString::fromUtf8(pattern.mid(i + 2).split(')').first()));
        } else {
            out += pattern[i++];
        }
    }
    return out;
}

QByteArray Writer::aggregate(const Bound &b)
{
    QByteArray name = functionInfo(b.name)->sql;
    if (b.name == "StdDev"_L1 || b.name == "Variance"_L1 || b.name == "CovarPop"_L1) {
        bool sample = false;
        for (const auto &[key, operand] : b.source->options)
            sample = sample || key == "sample"_L1;
        if (b.name == "CovarPop"_L1)
            name = sample ? "COVAR_SAMP" : "COVAR_POP";
        else
            name = m_dialect.stdDev(b.name == "Variance"_L1, sample);
    }
    const bool joinsTexts = b.name == "StringAgg"_L1 || b.name == "GroupConcat"_L1;
    QList<QByteArray> args;
    for (const BoundPtr &arg : b.args)
        args << value(arg);
    const bool native = m_dialect.features().aggregateFilter;
    if (b.filter && !native && !args.isEmpty()) {
        // Without FILTER a row that does not count gives NULL, which aggregates pass over.
        const Condition filter = condition(b.filter);
        if (filter.outcome != Outcome::Full)
            args[0] = "CASE WHEN " +
                      (filter.outcome == Outcome::Empty ? QByteArray("1 = 0") : filter.text) +
                      " THEN " + (args[0] == "*" ? QByteArray("1") : args[0]) + " ELSE NULL END";
    }
    if (joinsTexts)
        name = m_dialect.joinedTexts(args, b.distinct);
    // A clause takes no parameter: the separator goes before each text, and the first one away.
    QByteArray separator;
    if (joinsTexts && args.size() > 1 && !m_dialect.features().separatorIsArgument) {
        separator = args.takeAt(1);
        args[0] = "CONCAT(" + separator + ", " + args[0] + ')';
    }
    QByteArray text = name + '(' + (b.distinct ? "DISTINCT " : "") + args.join(", ");
    if (!b.orderBy.empty()) {
        if (!m_dialect.features().orderedAggregates)
            throw NotSupportedError(
                u"This database backend does not support specifying 'order_by' on aggregates."_s);
        QList<QByteArray> terms;
        for (const BoundPtr &item : b.orderBy)
            terms << value(item);
        text += " ORDER BY " + terms.join(", ");
    }
    text += separator.isEmpty() ? ")" : " SEPARATOR '')";
    if (!separator.isEmpty())
        text = "SUBSTR(" + text + ", CHAR_LENGTH(" + separator + ") + 1)";
    if (b.filter && native) {
        const Condition filter = condition(b.filter);
        if (filter.outcome == Outcome::Empty)
            text += " FILTER (WHERE 1 = 0)";
        else if (filter.outcome == Outcome::Text)
            text += " FILTER (WHERE " + filter.text + ')';
    }
    if (b.defaultValue)
        text = "COALESCE(" + text + ", " + value(b.defaultValue) + ')';
    return text;
}

QByteArray Writer::window(const Bound &b)
{
    QList<QByteArray> parts;
    // The cast of a decimal goes around the whole, not between the function and its OVER.
    const QByteArray function = b.args[0]->kind == BoundKind::Aggregate
                                    ? aggregate(*b.args[0])
                                    : this->function(*b.args[0]);
    if (!b.partitionBy.empty()) {
        QList<QByteArray> terms;
        for (const BoundPtr &item : b.partitionBy)
            terms << value(item);
        parts << "PARTITION BY " + terms.join(", ");
    }
    if (!b.orderBy.empty()) {
        QList<QByteArray> terms;
        for (const BoundPtr &item : b.orderBy)
            terms << value(item);
        parts << "ORDER BY " + terms.join(", ");
    }
    if (b.frame.kind != WindowFrame::None) {
        const auto bound = [](const std::optional<qint64> &n, bool start) -> QByteArray {
            if (!n)
                return start ? "UNBOUNDED PRECEDING" : "UNBOUNDED FOLLOWING";
            if (*n == 0)
                return "CURRENT ROW";
            return QByteArray::number(*n < 0 ? -*n : *n) + (*n < 0 ? " PRECEDING" : " FOLLOWING");
        };
        const bool range = b.frame.kind == WindowFrame::Range;
        if (range && !m_dialect.features().rangeFrameOffsets &&
            (b.frame.start.value_or(0) < 0 || b.frame.end.value_or(0) > 0))
            throw NotSupportedError(
                u"PostgreSQL only supports UNBOUNDED together with PRECEDING and FOLLOWING."_s);
        static const char *const exclusions[] = {"", " EXCLUDE CURRENT ROW", " EXCLUDE GROUP",
                                                 " EXCLUDE TIES", " EXCLUDE NO OTHERS"};
        parts << QByteArray(range ? "RANGE" : "ROWS") + " BETWEEN " + bound(b.frame.start, true) +
                     " AND " + bound(b.frame.end, false) + exclusions[b.frame.exclusion];
    }
    return function + " OVER (" + parts.join(' ') + ')';
}

QByteArray Writer::caseWhen(const Bound &b)
{
    QByteArray text;
    for (const auto &[when, then] : b.whens) {
        const std::size_t mark = binds.size();
        const Condition c = condition(when);
        if (c.outcome == Outcome::Empty) {
            binds.resize(mark);
            continue;
        }
        if (c.outcome == Outcome::Full) {
            if (text.isEmpty())
                return value(then);
            return "CASE" + text + " ELSE " + value(then) + " END";
        }
        text += " WHEN " + c.text + " THEN " + value(then);
    }
    const QByteArray otherwise = value(b.args[0]);
    return text.isEmpty() ? otherwise : "CASE" + text + " ELSE " + otherwise + " END";
}

QByteArray nullsBefore(const QByteArray &text, NullsOrder nulls, bool descending)
{
    if (nulls == NullsOrder::Last && !descending)
        return text + " IS NULL, ";
    if (nulls == NullsOrder::First && descending)
        return text + " IS NOT NULL, ";
    return {}; // they stand there anyway
}

QByteArray Writer::orderBy(const Bound &b)
{
    QByteArray text = value(b.args[0]);
    if (!m_dialect.features().nullsOrdering)
        return nullsBefore(text, b.nulls, b.descending) + text + (b.descending ? " DESC" : " ASC");
    text += b.descending ? " DESC" : " ASC";
    if (b.nulls == NullsOrder::First)
        text += " NULLS FIRST";
    else if (b.nulls == NullsOrder::Last)
        text += " NULLS LAST";
    return text;
}

// --- Conditions ---

Condition Writer::condition(const BoundPtr &p)
{
    const Bound &b = *p;
    if (b.kind == BoundKind::Where)
        return where(b);
    if (b.kind == BoundKind::Lookup)
        return lookup(b);
    if (b.kind == BoundKind::Exists) {
        const std::size_t mark = binds.size();
        const Condition sub = select(*b.sub);
        if (sub.outcome == Outcome::Empty) {
            binds.resize(mark);
            return {b.negated ? Outcome::Full : Outcome::Empty, {}};
        }
        return {Outcome::Text, (b.negated ? "NOT EXISTS(" : "EXISTS(") + sub.text + ')'};
    }
    return {Outcome::Text, value(p)};
}

Condition Writer::where(const Bound &b)
{
    const std::size_t mark = binds.size();
    QList<QByteArray> texts;
    int full = b.connector == Connector::And ? int(b.args.size()) : 1;
    int empty = b.connector == Connector::And ? 1 : int(b.args.size());
    if (b.connector == Connector::Xor)
        full = int(b.args.size()) + 1;
    int fullCount = 0;
    for (const BoundPtr &child : b.args) {
        Condition c = condition(child);
        if (c.outcome == Outcome::Text) {
            texts << c.text;
        } else if (c.outcome == Outcome::Full) {
            --full;
            ++fullCount;
        } else {
            --empty;
        }
        if (empty == 0 && !b.args.empty()) {
            binds.resize(mark);
            return {b.negated ? Outcome::Full : Outcome::Empty, {}};
        }
        if (full == 0) {
            binds.resize(mark);
            return {b.negated ? Outcome::Empty : Outcome::Full, {}};
        }
    }
    if (b.args.empty())
        return {b.negated ? Outcome::Empty : Outcome::Full, {}};
    if (b.connector == Connector::Xor) {
        // An odd number of the members is true.
        QList<QByteArray> terms;
        for (const QByteArray &t : texts)
            terms << "CASE WHEN " + t + " THEN 1 ELSE 0 END";
        QByteArray text =
            "((" + terms.join(" + ") + " + " + QByteArray::number(fullCount) + ") % 2) = 1";
        return {Outcome::Text, b.negated ? "NOT (" + text + ')' : text};
    }
    QByteArray text = texts.join(b.connector == Connector::And ? " AND " : " OR ");
    if (b.negated)
        return {Outcome::Text, "NOT (" + text + ')'};
    return {Outcome::Text, texts.size() > 1 ? '(' + text + ')' : text};
}

std::optional<Outcome> Writer::outOfRange(const Bound &b) const
{
    const Bound &rhs = *b.args[1];
    if (!b.args[0]->typed || !b.args[0]->type.isInteger() || rhs.kind != BoundKind::Param ||
        !rhs.name.isEmpty())
        return {};
    const Value &literal = rhs.bind.literal ? *rhs.bind.literal : rhs.bind.fixed;
    if (literal.type() != Value::Type::Int && literal.type() != Value::Type::BigInt)
        return {};
    const auto [low, high] = m_dialect.integerRange(b.args[0]->type);
    bool over = false, under = false;
    if (literal.type() == Value::Type::BigInt) {
        under = literal.asBigInt().digits.starts_with('-');
        over = !under;
    } else {
        over = literal.asInt() > high;
        under = literal.asInt() < low;
    }
    if (!over && !under)
        return {};
    switch (b.lookup) {
    case LookupKind::Exact:
        return Outcome::Empty;
    case LookupKind::Gt:
    case LookupKind::Gte:
        return over ? Outcome::Empty : Outcome::Full;
    case LookupKind::Lt:
    case LookupKind::Lte:
        return over ? Outcome::Full : Outcome::Empty;
    case LookupKind::IExact:
    case LookupKind::Contains:
    case LookupKind::IContains:
    case LookupKind::StartsWith:
    case LookupKind::IStartsWith:
    case LookupKind::EndsWith:
    case LookupKind::IEndsWith:
    case LookupKind::In:
    case LookupKind::Range:
    case LookupKind::IsNull:
    case LookupKind::Regex:
    case LookupKind::IRegex:
    case LookupKind::ContainedBy:
    case LookupKind::Overlap:
    case LookupKind::HasKey:
    case LookupKind::HasKeys:
    case LookupKind::HasAnyKeys:
        break;
    }
    return {};
}

Condition Writer::lookup(const Bound &b)
{
    const std::size_t mark = binds.size();
    if (isStructured(b))
        return structuredLookup(b);
    if (b.lookup == LookupKind::IsNull) {
        const Value &yes = b.args[1]->bind.fixed;
        return {Outcome::Text,
                value(b.args[0]) + (yes == Value(true) ? " IS NULL" : " IS NOT NULL")};
    }
    if (b.lookup == LookupKind::In && b.args.size() == 1)
        return {Outcome::Empty, {}};
    if (b.args.size() == 2)
        if (const std::optional<Outcome> outcome = outOfRange(b))
            return {*outcome, {}};
    const BoundPtr &rhsBound = b.args[1];
    if (b.lookup == LookupKind::Exact && b.args[0]->typed &&
        b.args[0]->type.kind == FieldKind::Boolean && rhsBound->kind == BoundKind::Param) {
        const Value &literal =
            rhsBound->bind.literal ? *rhsBound->bind.literal : rhsBound->bind.fixed;
        const Value v = bindValue(rhsBound->bind, literal);
        cacheable =
            cacheable &&
            literal.type() ==
                Value::Type::Bool; // "True" and "False" are of one type and differ in the text
        if (v.type() == Value::Type::Bool) {
            Condition c = condition(b.args[0]);
            if (v.asBool())
                return c;
            if (c.outcome != Outcome::Text)
                return {c.outcome == Outcome::Full ? Outcome::Empty : Outcome::Full, {}};
            return {Outcome::Text, "NOT " + c.text};
        }
    }
    const QByteArray lhs = m_dialect.lookupCast(b.lookup, b.args[0]->type, value(b.args[0]));
    if (b.lookup == LookupKind::In) {
        if (rhsBound->kind == BoundKind::Subquery) {
            const Condition sub = select(*rhsBound->sub);
            if (sub.outcome == Outcome::Empty) {
                binds.resize(mark);
                return {Outcome::Empty, {}};
            }
            return {Outcome::Text, lhs + " IN (" + sub.text + ')'};
        }
        QList<QByteArray> items;
        for (std::size_t i = 1; i < b.args.size(); ++i)
            items << value(b.args[i]);
        return {Outcome::Text, lhs + " IN (" + items.join(", ") + ')'};
    }
    if (b.lookup == LookupKind::Range) {
        const QByteArray from = value(b.args[1]);
        return {Outcome::Text, lhs + " BETWEEN " + from + " AND " + value(b.args[2])};
    }
    if (rhsBound->kind == BoundKind::Subquery) {
        const Condition sub = select(*rhsBound->sub);
        if (sub.outcome == Outcome::Empty) {
            binds.resize(mark);
            return {Outcome::Empty, {}};
        }
        return {Outcome::Text,
                filledIn(m_dialect.lookupOperator(b.lookup), lhs, '(' + sub.text + ')')};
    }
    const bool literal = rhsBound->kind == BoundKind::Param && rhsBound->name.isEmpty();
    if (literal) {
        Bind bind = rhsBound->bind;
        if (b.lookup == LookupKind::IExact && !m_dialect.iexactIsPattern())
            bind.prep = Prep::Text;
        return {Outcome::Text, filledIn(m_dialect.lookupOperator(b.lookup), lhs, parameter(bind))};
    }
    return {Outcome::Text, filledIn(m_dialect.patternOperator(b.lookup), lhs, value(rhsBound))};
}

} // namespace heddle::sql
