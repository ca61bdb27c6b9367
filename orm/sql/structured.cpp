#include "orm/sql/writer.h"

// Lookups that look inside a value: JSON documents on both databases, arrays on PostgreSQL.

namespace heddle::sql {

using namespace Qt::Literals::StringLiterals;

// --- From operands to bound literals ---

static Value wholeValue(const Operand &operand)
{
    const Operand::List *items = operand.list();
    if (!items) {
        if (!operand.isValue())
            throw TypeError(u"%1 is no query value here"_s.arg(operand.toRepr()));
        return operand.value();
    }
    ValueList values;
    for (const Operand &item : *items)
        values.push_back(wholeValue(item));
    return Value::array(std::move(values));
}

/// A literal that is made here: the text that it is bound to serves this query alone.
static BoundPtr boundOnce(Value value, const FieldType &type, Prep prep = Prep::AsIs)
{
    auto b = makeBound(BoundKind::Param);
    b->type = type;
    b->typed = true;
    b->bind.fixed = std::move(value);
    b->bind.type = type;
    b->bind.prep = prep;
    b->bind.once = true;
    return b;
}

static Value keyText(const Operand &operand)
{
    const Value value = wholeValue(operand);
    return value.type() == Value::Type::Text ? value : Value(value.toDisplay());
}

static bool searchesText(LookupKind lookup)
{
    switch (lookup) {
    case LookupKind::IExact:
    case LookupKind::IContains:
    case LookupKind::StartsWith:
    case LookupKind::IStartsWith:
    case LookupKind::EndsWith:
    case LookupKind::IEndsWith:
    case LookupKind::Regex:
    case LookupKind::IRegex:
        return true;
    case LookupKind::Exact:
    case LookupKind::Contains:
    case LookupKind::Gt:
    case LookupKind::Gte:
    case LookupKind::Lt:
    case LookupKind::Lte:
    case LookupKind::In:
    case LookupKind::Range:
    case LookupKind::IsNull:
    case LookupKind::ContainedBy:
    case LookupKind::Overlap:
    case LookupKind::HasKey:
    case LookupKind::HasKeys:
    case LookupKind::HasAnyKeys:
        break;
    }
    return false;
}

static Prep patternOf(LookupKind lookup)
{
    switch (lookup) {
    case LookupKind::IContains:
        return Prep::ContainsPattern;
    case LookupKind::StartsWith:
    case LookupKind::IStartsWith:
        return Prep::StartsPattern;
    case LookupKind::EndsWith:
    case LookupKind::IEndsWith:
        return Prep::EndsPattern;
    case LookupKind::IExact:
        return Prep::ExactPattern;
    case LookupKind::Regex:
    case LookupKind::IRegex:
    case LookupKind::Exact:
    case LookupKind::Contains:
    case LookupKind::Gt:
    case LookupKind::Gte:
    case LookupKind::Lt:
    case LookupKind::Lte:
    case LookupKind::In:
    case LookupKind::Range:
    case LookupKind::IsNull:
    case LookupKind::ContainedBy:
    case LookupKind::Overlap:
    case LookupKind::HasKey:
    case LookupKind::HasKeys:
    case LookupKind::HasAnyKeys:
        break;
    }
    return Prep::Text;
}

BoundPtr Select::structuredLookup(const BoundPtr &lhs, LookupKind lookup, const Operand &operand,
                                  const QContext &context)
{
    const bool json = lhs->type.kind == FieldKind::Json;
    if (operand.isNone() && !json)
        return boundLookup(LookupKind::IsNull, lhs, {boundFixed(Value(true))});
    if (operand.expression())
        return boundLookup(lookup, lhs, {bindOperand(operand, Prep::AsIs, lhs->type, {}, context)});
    std::vector<BoundPtr> rhs;
    FieldType text;
    text.kind = FieldKind::Text;
    const bool keys = lookup == LookupKind::HasKeys || lookup == LookupKind::HasAnyKeys;
    if (keys || lookup == LookupKind::In || lookup == LookupKind::Range) {
        const Operand::List *items = operand.list();
        if (!items)
            throw TypeError(u"'%1' object is not iterable"_s.arg(operand.toRepr()));
        for (const Operand &item : *items)
            rhs.push_back(
                keys ? boundOnce(keyText(item), text)
                     : boundOnce(wholeValue(item), lhs->type, json ? Prep::JsonText : Prep::AsIs));
    } else if (lookup == LookupKind::HasKey) {
        rhs.push_back(boundOnce(keyText(operand), text));
    } else if (searchesText(lookup) && json) {
        rhs.push_back(boundOnce(wholeValue(operand), text, patternOf(lookup)));
    } else {
        rhs.push_back(
            boundOnce(wholeValue(operand), lhs->type, json ? Prep::JsonText : Prep::AsIs));
    }
    return boundLookup(lookup, lhs, std::move(rhs));
}

// --- To text ---

bool Writer::isStructured(const Bound &b)
{
    const Bound &lhs = *b.args[0];
    return lhs.typed && (lhs.type.kind == FieldKind::Json || lhs.type.kind == FieldKind::Array) &&
           (b.args.size() < 2 || b.args[1]->kind == BoundKind::Param);
}

/// '$."a"[0]': a key of digits alone is a place in an array.
static QString pathStep(const QString &key)
{
    bool isPlace = false;
    key.toUInt(&isPlace);
    QString escaped = key;
    return isPlace ? u"[%1]"_s.arg(key) : u".\"%1\""_s.arg(escaped.replace(u'"', "\\\""_L1));
}

QByteArray Writer::jsonPath(const Bound &transform, const Bound **root, const QString &more)
{
    QString path = more;
    const Bound *b = &transform;
    for (; b->kind == BoundKind::Transform && b->part == TransformPart::Key; b = b->args[0].get())
        path.prepend(pathStep(b->partName));
    *root = b;
    Bind bind;
    bind.fixed = Value(u"$"_s + path);
    bind.once = !more.isEmpty();
    return parameter(bind);
}

static BoundPtr shared(const Bound &b)
{
    return {BoundPtr(), &b};
}

QByteArray Writer::jsonText(const Bound &transform)
{
    if (transform.kind != BoundKind::Transform || transform.part != TransformPart::Key)
        return m_dialect.features().jsonOperators ? '(' + value(shared(transform)) + " #>> '{}')"
                                                  : value(shared(transform));
    if (m_dialect.features().jsonExtract)
        return "JSON_UNQUOTE(" + structuredValue(transform) + ')';
    if (!m_dialect.features().jsonOperators)
        return structuredValue(transform);
    // -> gives JSON, ->> gives text.
    QByteArray arrow = structuredValue(transform);
    const qsizetype at = arrow.lastIndexOf(arrow.contains(" #> ") ? " #> " : " -> ");
    return arrow.insert(at + 3, '>');
}

QByteArray Writer::structuredValue(const Bound &b)
{
    const BoundPtr &of = b.args[0];
    if (b.part == TransformPart::Len) {
        const QByteArray array = value(of);
        return "CASE WHEN " + array + " IS NULL THEN NULL ELSE coalesce(array_length(" + array +
               ", 1), 0) END";
    }
    if (b.part == TransformPart::Index)
        return value(of) + '[' + QByteArray::number(b.low + 1) + ']';
    if (b.part == TransformPart::Slice)
        return value(of) + '[' + QByteArray::number(b.low + 1) + ':' + QByteArray::number(b.high) +
               ']';
    if (!m_dialect.features().jsonOperators) {
        const Bound *root = nullptr;
        const QByteArray path = jsonPath(b, &root);
        const QByteArray both = value(shared(*root)) + ", " + path;
        if (m_dialect.features().jsonExtract)
            return "JSON_EXTRACT(" + both + ')';
        return "(CASE WHEN JSON_TYPE(" + both + ") IN ('false', 'true', 'null') THEN JSON_TYPE(" +
               both + ") ELSE JSON_EXTRACT(" + both + ") END)";
    }
    // -> 'key' for one step, #> '{a,b}' for more.
    QStringList keys;
    const Bound *root = &b;
    for (; root->kind == BoundKind::Transform && root->part == TransformPart::Key;
         root = root->args[0].get())
        keys.prepend(root->partName);
    QList<QByteArray> places;
    for (const QString &key : keys) {
        Bind bind;
        bool isPlace = false;
        const qint64 place = key.toInt(&isPlace);
        const bool number = keys.size() == 1 && isPlace;
        bind.fixed = number ? Value(int(place)) : Value(key);
        places << parameter(bind) + (number ? "::int" : "::text");
    }
    const QByteArray document = value(shared(*root));
    if (keys.size() == 1)
        return '(' + document + " -> " + places[0] + ')';
    return '(' + document + " #> ARRAY[" + places.join(", ") + "])";
}

/// A JSON literal as something that a JSON_EXTRACT() can be compared with.
QByteArray Writer::jsonLiteral(const BoundPtr &rhs)
{
    const Value::Type type = rhs->bind.fixed.type();
    const QByteArray text = value(rhs);
    if (m_dialect.features().jsonOperators)
        return text + "::jsonb";
    if (type == Value::Type::Bool || type == Value::Type::Null)
        return text; // JSON_TYPE() says true, false and null
    return "JSON_EXTRACT(" + text + ", '$')";
}

static QByteArray arrayCast(const Dialect &dialect, const FieldType &type)
{
    FieldType element;
    element.kind = type.element;
    return "::" + dialect.castType(element) + "[]";
}

static QByteArray arrayOperator(LookupKind lookup)
{
    switch (lookup) {
    case LookupKind::Exact:
        return " = ";
    case LookupKind::Contains:
        return " @> ";
    case LookupKind::ContainedBy:
        return " <@ ";
    case LookupKind::Overlap:
        return " && ";
    case LookupKind::Gt:
        return " > ";
    case LookupKind::Gte:
        return " >= ";
    case LookupKind::Lt:
        return " < ";
    case LookupKind::Lte:
        return " <= ";
    case LookupKind::IExact:
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
    case LookupKind::HasKey:
    case LookupKind::HasKeys:
    case LookupKind::HasAnyKeys:
        break;
    }
    return {};
}

/// JSON's order where JSON_EXTRACT() gives JSON's text: numbers are compared with numbers, texts
/// with texts, and what is neither with nothing.
Condition Writer::extractedOrder(const Bound &b)
{
    const QByteArray left = value(b.args[0]);
    const Value &first = b.args[1]->bind.fixed;
    const bool isText = first.type() == Value::Type::Text;
    const auto side = [&](const QByteArray &json) {
        return isText ? "JSON_UNQUOTE(" + json + ')' : '(' + json + " + 0e0)";
    };
    const QByteArray compared = "CASE WHEN JSON_TYPE(" + left + ") IN (" +
                                (isText ? "'STRING'" : "'INTEGER', 'DOUBLE'") + ") THEN " +
                                side(left) + " END";
    const QByteArray right = side(value(b.args[1]));
    if (b.lookup == LookupKind::Range)
        return {Outcome::Text, compared + " BETWEEN " + right + " AND " + side(value(b.args[2]))};
    return {Outcome::Text, filledIn(m_dialect.lookupOperator(b.lookup), compared, right)};
}

static bool ignoresCase(LookupKind lookup)
{
    return lookup == LookupKind::IExact || lookup == LookupKind::IContains ||
           lookup == LookupKind::IStartsWith || lookup == LookupKind::IEndsWith ||
           lookup == LookupKind::IRegex;
}

static bool ordersValues(LookupKind lookup)
{
    return lookup == LookupKind::Gt || lookup == LookupKind::Gte || lookup == LookupKind::Lt ||
           lookup == LookupKind::Lte || lookup == LookupKind::Range;
}

Condition Writer::structuredLookup(const Bound &b)
{
    const BoundPtr &lhs = b.args[0];
    const bool native = m_dialect.features().jsonOperators;
    const bool extracts = m_dialect.features().jsonExtract;
    const bool isKey = lhs->kind == BoundKind::Transform && lhs->part == TransformPart::Key;
    const auto list = [&](const auto &text) {
        QList<QByteArray> items;
        for (std::size_t i = 1; i < b.args.size(); ++i)
            items << text(b.args[i]);
        return items.join(", ");
    };
    if (b.lookup == LookupKind::IsNull) {
        const bool yes = b.args[1]->bind.fixed == Value(true);
        if (isKey && !native && !extracts) {
            const Bound *root = nullptr;
            const QByteArray path = jsonPath(*lhs, &root);
            return {Outcome::Text, "JSON_TYPE(" + value(shared(*root)) + ", " + path +
                                       (yes ? ") IS NULL" : ") IS NOT NULL")};
        }
        return {Outcome::Text, value(lhs) + (yes ? " IS NULL" : " IS NOT NULL")};
    }
    if (lhs->type.kind == FieldKind::Array) {
        const QByteArray cast = arrayCast(m_dialect, lhs->type);
        if (b.lookup == LookupKind::In)
            return {Outcome::Text, value(lhs) + " IN (" + list([&](const BoundPtr &item) {
                                       return value(item) + cast;
                                   }) + ')'};
        const QByteArray op = arrayOperator(b.lookup);
        if (op.isEmpty())
            throw FieldError(u"Unsupported lookup '%1' for ArrayField"_s.arg(
                QLatin1String(lookupName(b.lookup))));
        return {Outcome::Text, value(lhs) + op + value(b.args[1]) + cast};
    }
    if (b.lookup == LookupKind::HasKey || b.lookup == LookupKind::HasKeys ||
        b.lookup == LookupKind::HasAnyKeys) {
        if (native) {
            const QByteArray keys =
                list([&](const BoundPtr &key) { return value(key) + "::text"; });
            if (b.lookup == LookupKind::HasKey)
                return {Outcome::Text, value(lhs) + " ? " + keys};
            return {Outcome::Text, value(lhs) +
                                       (b.lookup == LookupKind::HasKeys ? " ?& " : " ?| ") +
                                       "ARRAY[" + keys + "]::text[]"};
        }
        QList<QByteArray> each;
        for (std::size_t i = 1; i < b.args.size(); ++i) {
            const Bound *root = nullptr;
            QString key = b.args[i]->bind.fixed.toDisplay();
            const QByteArray path =
                jsonPath(*lhs, &root, u".\"%1\""_s.arg(key.replace(u'"', "\\\""_L1)));
            const QByteArray document = value(shared(*root));
            each << (extracts ? "JSON_CONTAINS_PATH(" + document + ", 'one', " + path + ')'
                              : "JSON_TYPE(" + document + ", " + path + ") IS NOT NULL");
        }
        if (each.isEmpty())
            return {b.lookup == LookupKind::HasKeys ? Outcome::Full : Outcome::Empty, {}};
        const QByteArray joined = each.join(b.lookup == LookupKind::HasAnyKeys ? " OR " : " AND ");
        return {Outcome::Text, each.size() > 1 ? '(' + joined + ')' : joined};
    }
    if (b.lookup == LookupKind::Contains || b.lookup == LookupKind::ContainedBy) {
        const bool contains = b.lookup == LookupKind::Contains;
        if (extracts)
            return {Outcome::Text,
                    contains ? "JSON_CONTAINS(" + value(lhs) + ", " + value(b.args[1]) + ')'
                             : "JSON_CONTAINS(" + value(b.args[1]) + ", " + value(lhs) + ')'};
        if (!native)
            throw NotSupportedError(u"%1 lookup is not supported on this database backend."_s.arg(
                contains ? "contains"_L1 : "contained_by"_L1));
        return {Outcome::Text,
                value(lhs) + (contains ? " @> " : " <@ ") + value(b.args[1]) + "::jsonb"};
    }
    if (searchesText(b.lookup)) {
        QByteArray text = m_dialect.lookupCast(b.lookup, lhs->type, jsonText(*lhs));
        Bind bind = b.args[1]->bind;
        if (b.lookup == LookupKind::IExact && !m_dialect.iexactIsPattern())
            bind.prep = Prep::Text;
        QByteArray pattern = parameter(bind);
        if (extracts && ignoresCase(b.lookup)) { // JSON's texts are compared as bytes
            text = "LOWER(" + text + ')';
            pattern = "LOWER(" + pattern + ')';
        }
        return {Outcome::Text, filledIn(m_dialect.lookupOperator(b.lookup), text, pattern)};
    }
    if (b.args[1]->bind.fixed.isNull() && !native) {
        // JSON's null is a value; a missing key is not.
        if (extracts)
            return {Outcome::Text, "JSON_TYPE(" + value(lhs) + ") = 'NULL'"};
        const Bound *root = nullptr;
        const QByteArray path = jsonPath(*lhs, &root);
        return {Outcome::Text, "JSON_TYPE(" + value(shared(*root)) + ", " + path + ") = 'null'"};
    }
    if (extracts && ordersValues(b.lookup))
        return extractedOrder(b);
    const QByteArray left = value(lhs);
    if (extracts) { // without what is between the tokens, so that equal documents are equal texts
        const QByteArray compact = "JSON_COMPACT(" + left + ')';
        const auto item = [&](const BoundPtr &rhs) { return "JSON_COMPACT(" + value(rhs) + ')'; };
        if (b.lookup != LookupKind::In)
            return {Outcome::Text,
                    filledIn(m_dialect.lookupOperator(b.lookup), compact, item(b.args[1]))};
        if (b.args.size() == 1)
            return {Outcome::Empty, {}};
        return {Outcome::Text, compact + " IN (" + list(item) + ')'};
    }
    const auto item = [&](const BoundPtr &rhs) {
        return isKey || native ? jsonLiteral(rhs) : "JSON(" + value(rhs) + ')';
    };
    const QByteArray compared = isKey || native ? left : "JSON(" + left + ')';
    if (b.lookup == LookupKind::In)
        return b.args.size() == 1 ? Condition{Outcome::Empty, {}}
                                  : Condition{Outcome::Text, compared + " IN (" + list(item) + ')'};
    if (b.lookup == LookupKind::Range) {
        const QByteArray from = item(b.args[1]);
        return {Outcome::Text, compared + " BETWEEN " + from + " AND " + item(b.args[2])};
    }
    return {Outcome::Text, filledIn(m_dialect.lookupOperator(b.lookup), compared, item(b.args[1]))};
}

} // namespace heddle::sql
