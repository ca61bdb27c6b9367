#include "orm/notation/diagnostics.h"

#include "orm/notation/names.h"
#include "orm/notation/tokens.h"
#include "orm/notation/walk.h"

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace heddle::notation {

namespace {

/// Optimal string alignment distance, or limit + 1 as soon as it is sure to exceed the limit.
int editDistance(const QString &a, const QString &b, int limit)
{
    if (std::abs(int(a.size() - b.size())) > limit)
        return limit + 1;
    const std::size_t width = std::size_t(b.size()) + 1;
    std::vector<int> beforeLast(width), last(width), row(width);
    for (std::size_t j = 0; j < width; ++j)
        last[j] = int(j);
    for (qsizetype i = 1; i <= a.size(); ++i) {
        row[0] = int(i);
        int best = row[0];
        for (std::size_t j = 1; j < width; ++j) {
            const QChar x = a[i - 1], y = b[qsizetype(j) - 1];
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (x == y ? 0 : 1)});
            if (i > 1 && j > 1 && x == b[qsizetype(j) - 2] && a[i - 2] == y)
                row[j] = std::min(row[j], beforeLast[j - 2] + 1);
            best = std::min(best, row[j]);
        }
        if (best > limit)
            return limit + 1;
        beforeLast.swap(last);
        last.swap(row);
    }
    return last[width - 1];
}

/// The words of stretches that did not parse.
void wordsOfErrors(const ParseResult &parsed, const Node &node, QSet<QString> *out)
{
    if (node.kind != NodeKind::Error) {
        forEachChild(node, [&](const NodePtr &child) { wordsOfErrors(parsed, *child, out); });
        return;
    }
    const QStringView text =
        QStringView(parsed.source).mid(node.span.begin, node.span.end - node.span.begin);
    qsizetype begin = -1;
    for (qsizetype i = 0; i <= text.size(); ++i) {
        const bool inWord = i < text.size() && (text[i].isLetterOrNumber() || text[i] == u'_');
        if (inWord && begin < 0)
            begin = i;
        if (!inWord && begin >= 0) {
            out->insert(text.mid(begin, i - begin).toString());
            begin = -1;
        }
    }
}

} // namespace

QString didYouMean(const QString &word, const QStringList &candidates)
{
    const QString lower = word.toLower();
    const int limit = std::min(3, int(word.size()) / 3);
    QString best;
    int bestScore = limit * 2 + 1; // twice the distance, plus one where the case differs too
    for (const QString &candidate : candidates) {
        if (candidate == word || candidate.isEmpty())
            continue;
        const int distance = editDistance(lower, candidate.toLower(), limit);
        if (distance > limit)
            continue;
        const bool sameCase = distance > 0 && editDistance(word, candidate, limit) == distance;
        const int score = distance * 2 + (sameCase ? 0 : 1);
        if (score < bestScore || (score == bestScore && best.isEmpty())) {
            best = candidate;
            bestScore = score;
        }
    }
    return best;
}

QString suggestionFor(const QString &word, const QStringList &candidates)
{
    const QString best = didYouMean(word, candidates);
    return best.isEmpty() ? best : u"did you mean '%1'?"_s.arg(best);
}

std::vector<Diagnostic> checkNames(const ParseResult &parsed, const QSet<QString> &known)
{
    QSet<QString> bound;
    std::vector<std::pair<QString, Span>> reads;
    NameWalker walker;
    walker.read = [&](const Node &name) { reads.emplace_back(name.name, name.span); };
    walker.bind = [&](const QString &name, const Span &) { bound.insert(name); };
    walker.enterBranch = walker.leaveBranch = [] {};
    walker.visit = [](const Node &) {};
    walker.walk(*parsed.tree);
    wordsOfErrors(parsed, *parsed.tree, &bound);
    if (bound.contains(u"*"_s))
        return {}; // from x import *: anything may be known
    QStringList candidates(bound.begin(), bound.end());
    candidates += QStringList(known.begin(), known.end());
    candidates.sort();
    QHash<QString, QString> suggestions; // a misspelt name is often used again
    std::vector<Diagnostic> out;
    for (const auto &[name, span] : reads) {
        if (bound.contains(name) || known.contains(name))
            continue;
        if (!suggestions.contains(name))
            suggestions.insert(name, didYouMean(name, candidates));
        const QString meant = suggestions.value(name);
        Diagnostic diagnostic;
        diagnostic.code = u"unknown-name"_s;
        diagnostic.parameters = {name};
        diagnostic.message = u"name '%1' is not defined"_s.arg(name);
        if (!meant.isEmpty()) {
            diagnostic.parameters.push_back(meant);
            diagnostic.suggestion = u"did you mean '%1'?"_s.arg(meant);
        }
        diagnostic.span = span;
        out.push_back(std::move(diagnostic));
    }
    std::stable_sort(out.begin(), out.end(), [](const Diagnostic &a, const Diagnostic &b) {
        return a.span.begin < b.span.begin;
    });
    return out;
}

} // namespace heddle::notation
