#include "ui/editor/completion.h"

#include <QHash>
#include <QRegularExpression>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace heddle::ui {
namespace {

const QStringList querySetMethods = {u"filter"_s,
                                     u"exclude"_s,
                                     u"get"_s,
                                     u"order_by"_s,
                                     u"all"_s,
                                     u"values"_s,
                                     u"values_list"_s,
                                     u"select_related"_s,
                                     u"prefetch_related"_s,
                                     u"first"_s,
                                     u"last"_s,
                                     u"count"_s,
                                     u"exists"_s,
                                     u"annotate"_s,
                                     u"aggregate"_s,
                                     u"distinct"_s,
                                     u"reverse"_s,
                                     u"only"_s,
                                     u"defer"_s,
                                     u"none"_s,
                                     u"in_bulk"_s,
                                     u"aget"_s,
                                     u"afirst"_s,
                                     u"alast"_s,
                                     u"acount"_s,
                                     u"aexists"_s,
                                     u"aaggregate"_s,
                                     u"ain_bulk"_s};
const QStringList keywords = {
    u"for"_s,   u"in"_s,    u"await"_s,   u"async"_s,  u"print"_s,  u"if"_s,   u"else"_s,
    u"elif"_s,  u"while"_s, u"with"_s,    u"def"_s,    u"return"_s, u"not"_s,  u"and"_s,
    u"or"_s,    u"True"_s,  u"False"_s,   u"None"_s,   u"len"_s,    u"list"_s, u"sorted"_s,
    u"range"_s, u"sum"_s,   u"asyncio"_s, u"gather"_s, u"atomic"_s, u"F"_s,    u"Q"_s,
    u"Count"_s, u"Sum"_s,   u"Avg"_s,     u"Min"_s,    u"Max"_s};
const QStringList numberLookups = {u"exact"_s, u"gt"_s, u"gte"_s,   u"lt"_s,
                                   u"lte"_s,   u"in"_s, u"range"_s, u"isnull"_s};
const QStringList textLookups = {u"exact"_s,      u"iexact"_s,      u"contains"_s, u"icontains"_s,
                                 u"startswith"_s, u"istartswith"_s, u"endswith"_s, u"iendswith"_s};
const QStringList dateParts = {u"year"_s, u"month"_s,    u"day"_s,      u"quarter"_s,
                               u"week"_s, u"week_day"_s, u"iso_year"_s, u"iso_week_day"_s};
const QStringList timeParts = {u"hour"_s, u"minute"_s, u"second"_s};

bool isNameCharacter(QChar c)
{
    return c.isLetterOrNumber() || c == u'_';
}

/// Brackets and strings of a text that may end anywhere.
struct Layout {
    QHash<int, int> opens; // closing bracket -> its opening one
    std::vector<int> open; // brackets that are open at the end
    int stringStart =
        -1; // first character of the string that the text ends in; -1: it ends in none
    bool inComment = false;
};

Layout layoutOf(const QString &text)
{
    Layout layout;
    const int size = int(text.size());
    for (int i = 0; i < size; ++i) {
        const QChar c = text[i];
        if (c == u'#') {
            const auto end = text.indexOf(u'\n', i);
            layout.inComment = end < 0;
            if (end < 0)
                break;
            i = int(end);
        } else if (c == u'\'' || c == u'"') {
            const QString triple(3, c);
            const QString quote =
                QStringView(text).sliced(i).startsWith(triple) ? triple : QString(c);
            const int start = i + int(quote.size());
            int end = start;
            while (end < size && !QStringView(text).sliced(end).startsWith(quote) &&
                   (quote.size() == 3 || text[end] != u'\n'))
                end += text[end] == u'\\' ? 2 : 1;
            if (end >= size) {
                layout.stringStart = start;
                break;
            }
            i = end + int(quote.size()) - 1;
        } else if (c == u'(' || c == u'[' || c == u'{') {
            layout.open.push_back(i);
        } else if ((c == u')' || c == u']' || c == u'}') && !layout.open.empty()) {
            layout.opens.insert(i, layout.open.back());
            layout.open.pop_back();
        }
    }
    return layout;
}

/// Where the chain of names, dots, calls and subscripts that ends before `end` starts.
int chainStart(const QString &text, const Layout &layout, int end)
{
    int i = end;
    while (i > 0) {
        const QChar c = text[i - 1];
        if (isNameCharacter(c) || c == u'.')
            --i;
        else if ((c == u')' || c == u']') && layout.opens.contains(i - 1))
            i = layout.opens.value(i - 1);
        else
            break;
    }
    return i;
}

QString nameBefore(const QString &text, int end)
{
    int begin = end;
    while (begin > 0 && isNameCharacter(text[begin - 1]))
        --begin;
    return text.sliced(begin, end - begin);
}

/// What a chain stands for, as far as its names tell.
struct Meaning {
    const ModelInfo *model = nullptr;
    enum What { Nothing, Class, Set, Row } what = Nothing;
};

class Reader {
public:
    Reader(const QString &text, const ModelRegistry *models)
        : m_text(text), m_models(models), m_layout(layoutOf(text))
    {
    }

    Completion complete() const;

private:
    Meaning meaningOf(const QString &chain, int depth) const;
    Meaning meaningOfName(const QString &name, int depth) const;
    /// The model whose fields the innermost call that has one takes: of `filter(`, through `Q(` and
    /// `F(` inside it.
    const ModelInfo *argumentModel() const;
    Completion members(const QString &receiver, const QString &prefix) const;

    const QString &m_text;
    const ModelRegistry *m_models;
    Layout m_layout;
};

QStringList startingWith(const QStringList &words, const QString &prefix)
{
    QStringList result;
    for (const QString &word : words) {
        if (word.startsWith(prefix, Qt::CaseInsensitive) && word != prefix &&
            !result.contains(word))
            result.append(word);
    }
    return result;
}

QStringList memberNames(const ModelInfo &model)
{
    QStringList names;
    for (const auto &field : model.fields()) {
        names.append(field->name);
        if (field->attname != field->name)
            names.append(field->attname);
    }
    for (const auto &relation : model.relations())
        names.append(relation->accessor);
    names.append(u"pk"_s);
    return names;
}

Meaning Reader::meaningOfName(const QString &name, int depth) const
{
    if (const ModelInfo *model = m_models ? m_models->model(name) : nullptr)
        return {model, Meaning::Class};
    if (depth > 4 || name.isEmpty())
        return {};
    // The last assignment or loop above the caret that binds the name.
    const QString escaped = QRegularExpression::escape(name);
    const QRegularExpression binding(
        uR"(^[ \t]*(?:%1\s*=\s*(?!=)|(?:async\s+)?(for)\s+%1\s+in\s+)(?:await\s+)?([A-Za-z_][^\n#]*))"_s
            .arg(escaped),
        QRegularExpression::MultilineOption);
    QRegularExpressionMatch last;
    for (auto it = binding.globalMatch(m_text); it.hasNext();)
        last = it.next();
    if (!last.hasMatch())
        return {};
    QString chain = last.captured(2).trimmed();
    const bool loop = last.capturedLength(1) > 0;
    if (loop && chain.endsWith(u':'))
        chain.chop(1);
    Meaning meaning = meaningOf(chain, depth + 1);
    if (loop && meaning.what == Meaning::Set)
        meaning.what = Meaning::Row;
    return meaning;
}

Meaning Reader::meaningOf(const QString &chain, int depth) const
{
    // Names and dots outside of brackets: Book.objects.filter(...)[0].author -> Book objects filter
    // author.
    QStringList names;
    QList<bool> subscripted;
    int level = 0;
    bool fresh = true;
    for (int i = 0; i < chain.size(); ++i) {
        const QChar c = chain[i];
        if (c == u'(' || c == u'[' || c == u'{') {
            const auto close = chain.indexOf(u']', i);
            if (level == 0 && c == u'[' && !names.isEmpty() && close > i &&
                !chain.sliced(i, close - i).contains(u':'))
                subscripted.back() = true;
            ++level;
        } else if (c == u')' || c == u']' || c == u'}') {
            --level;
        } else if (level == 0 && isNameCharacter(c)) {
            if (fresh) {
                names.append(QString());
                subscripted.append(false);
            }
            names.back() += c;
            fresh = false;
            continue;
        } else if (level == 0 && c != u'.') {
            break;
        }
        if (level == 0)
            fresh = true;
    }
    if (names.isEmpty())
        return {};
    Meaning meaning = meaningOfName(names.front(), depth);
    for (int i = 0; i < names.size() && meaning.model; ++i) {
        const QString &name = names[i];
        if (i > 0) {
            const Field *field = meaning.model->field(name);
            const Relation *relation = meaning.model->relationByAccessor(name);
            static const QStringList rowMethods = {u"get"_s,    u"aget"_s,    u"first"_s,
                                                   u"afirst"_s, u"last"_s,    u"alast"_s,
                                                   u"latest"_s, u"earliest"_s};
            if (name == u"objects")
                meaning.what = Meaning::Set;
            else if (meaning.what == Meaning::Row && field && field->isRelation())
                meaning = {field->target, Meaning::Row};
            else if (meaning.what == Meaning::Row && relation)
                meaning = {relation->target, relation->kind == RelationKind::ReverseOneToOne
                                                 ? Meaning::Row
                                                 : Meaning::Set};
            else if (meaning.what == Meaning::Set && rowMethods.contains(name))
                meaning.what = Meaning::Row;
            else if (meaning.what == Meaning::Set && !querySetMethods.contains(name))
                return {};
            else if (meaning.what == Meaning::Row)
                return {};
        }
        if (subscripted[i] && meaning.what == Meaning::Set)
            meaning.what = Meaning::Row;
    }
    return meaning;
}

const ModelInfo *Reader::argumentModel() const
{
    for (auto it = m_layout.open.rbegin(); it != m_layout.open.rend(); ++it) {
        if (m_text[*it] != u'(')
            continue;
        const int start = chainStart(m_text, m_layout, *it);
        const QString chain = m_text.sliced(start, *it - start);
        if (!chain.contains(u'.'))
            continue; // Q( and F( take the fields of the call around them
        const Meaning meaning = meaningOf(chain.first(chain.lastIndexOf(u'.')), 0);
        if (meaning.model && meaning.what == Meaning::Set)
            return meaning.model;
    }
    return nullptr;
}

Completion Reader::members(const QString &receiver, const QString &prefix) const
{
    if (receiver == u"asyncio")
        return {startingWith({u"gather"_s, u"create_task"_s, u"sleep"_s, u"wait_for"_s, u"run"_s,
                              u"TaskGroup"_s},
                             prefix),
                int(prefix.size())};
    if (receiver == u"transaction")
        return {startingWith({u"atomic"_s}, prefix), int(prefix.size())};
    const Meaning meaning = meaningOf(receiver, 0);
    if (!meaning.model)
        return {};
    QStringList words;
    switch (meaning.what) {
    case Meaning::Class:
        words = {u"objects"_s, u"DoesNotExist"_s, u"MultipleObjectsReturned"_s};
        break;
    case Meaning::Set:
        words = querySetMethods;
        break;
    case Meaning::Row:
        words = memberNames(*meaning.model);
        break;
    case Meaning::Nothing:
        break;
    }
    return {startingWith(words, prefix), int(prefix.size())};
}

Completion Reader::complete() const
{
    if (m_layout.inComment)
        return {};
    if (m_layout.stringStart >= 0) {
        const ModelInfo *model = argumentModel();
        QString path = m_text.sliced(m_layout.stringStart);
        if (path.startsWith(u'-'))
            path.remove(0, 1);
        if (!model || !std::all_of(path.begin(), path.end(), isNameCharacter))
            return {};
        const auto separator = path.lastIndexOf(u"__"_s);
        return {pathSteps(path, *model),
                int(separator < 0 ? path.size() : path.size() - separator - 2)};
    }
    const QString prefix = nameBefore(m_text, int(m_text.size()));
    const int start = int(m_text.size() - prefix.size());
    if (start > 0 && m_text[start - 1] == u'.') {
        const int chain = chainStart(m_text, m_layout, start - 1);
        return members(m_text.sliced(chain, start - 1 - chain), prefix);
    }
    if (const ModelInfo *model = argumentModel()) {
        // A keyword stands behind a bracket or a comma; behind `=` it is an expression.
        int i = start;
        while (i > 0 && m_text[i - 1].isSpace())
            --i;
        if (i > 0 && (m_text[i - 1] == u'(' || m_text[i - 1] == u',')) {
            const auto separator = prefix.lastIndexOf(u"__"_s);
            QStringList words = pathSteps(prefix, *model);
            if (separator < 0)
                words += startingWith({u"Q"_s, u"F"_s}, prefix);
            return {words, int(separator < 0 ? prefix.size() : prefix.size() - separator - 2)};
        }
    }
    if (prefix.isEmpty() && start > 0 && !m_text[start - 1].isSpace() &&
        m_text[start - 1] != u'(' && m_text[start - 1] != u'=')
        return {};
    QStringList words;
    if (m_models) {
        for (const auto &model : m_models->models())
            words.append(model->name);
    }
    return {startingWith(words + keywords, prefix), int(prefix.size())};
}

QStringList lookupsOf(const FieldType &type)
{
    if (type.isText())
        return textLookups + numberLookups;
    if (type.kind == FieldKind::Date)
        return dateParts + numberLookups;
    if (type.kind == FieldKind::DateTime)
        return QStringList{u"date"_s} + dateParts + timeParts + numberLookups;
    if (type.kind == FieldKind::Time)
        return timeParts + numberLookups;
    return numberLookups;
}

} // namespace

QStringList pathSteps(const QString &path, const ModelInfo &model)
{
    QStringList steps = path.split(u"__"_s);
    const QString prefix = steps.takeLast();
    const ModelInfo *at = &model;
    std::optional<FieldType> type;
    for (const QString &step : std::as_const(steps)) {
        if (type && dateParts.contains(step)) {
            type = FieldType{FieldKind::Integer};
            continue;
        }
        if (type || !at)
            return {};
        const QString name = step == u"pk" && at->primaryKey() ? at->primaryKey()->name : step;
        const Field *field = at->field(name);
        if (field && field->isRelation() && field->name == name) {
            at = field->target;
        } else if (field) {
            type = field->valueType();
        } else if (const Relation *relation = at->relationByQueryName(name)) {
            at = relation->target;
        } else {
            return {};
        }
    }
    if (type)
        return startingWith(lookupsOf(*type), prefix);
    QStringList words;
    for (const auto &field : at->fields())
        words.append(field->name);
    for (const auto &relation : at->relations())
        words.append(relation->queryName);
    words.append(u"pk"_s);
    if (!steps.isEmpty())
        words += {u"isnull"_s, u"in"_s, u"exact"_s};
    return startingWith(words, prefix);
}

Completion completionsAt(const QString &before, const ModelRegistry *models)
{
    return Reader(before, models).complete();
}

} // namespace heddle::ui
