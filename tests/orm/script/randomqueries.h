#pragma once

#include <QString>
#include <QStringList>
#include <random>

namespace heddle::test {

/// Makes random querysets on the bookshop as text of the notation. Most of them are right; the
/// others are refused when they are built. The same seed gives the same texts.
class RandomQueries {
public:
    explicit RandomQueries(unsigned seed) : m_random(seed) {}

    int below(int limit) { return int(m_random() % unsigned(limit)); }

    QString queryset(int depth = 2)
    {
        using namespace Qt::Literals::StringLiterals;
        m_annotations.clear();
        QString text = u"Book.objects"_s;
        bool dict = false;
        for (int n = below(6); n >= 0; --n)
            text += step(depth, &dict);
        if (depth > 0 && below(9) == 0)
            text = u"(%1.filter(%2) %3 Book.objects.filter(%4))"_s.arg(
                u"Book.objects"_s, lookup(0), pick({u"|"_s, u"&"_s, u"^"_s}), lookup(0));
        if (below(4) == 0)
            text += u"[%1:%2]"_s.arg(below(3)).arg(4 + below(9));
        return text;
    }

private:
    using Words = QStringList;
    QString pick(const Words &words) { return words[below(int(words.size()))]; }
    bool chance(int percent) { return below(100) < percent; }

    QString number()
    {
        using namespace Qt::Literals::StringLiterals;
        return pick({u"0"_s, u"7"_s, u"-3"_s, u"2.5"_s, u"1e+20"_s, u"Decimal('9.90')"_s,
                     u"99999999999999999999"_s, u"True"_s});
    }
    QString words()
    {
        using namespace Qt::Literals::StringLiterals;
        return pick({u"'x'"_s, u"'it\\'s'"_s, u"\"%\""_s, u"''"_s, u"'größe'"_s,
                     u"'\U0001F600\\n'"_s, u"'a\\\\b'"_s});
    }
    QString lookup(int depth)
    {
        using namespace Qt::Literals::StringLiterals;
        switch (below(depth > 0 ? 12 : 10)) {
        case 0:
            return pick({u"title="_s, u"title__icontains="_s, u"publisher__name__startswith="_s,
                         u"author__name="_s, u"isbn__iexact="_s, u"title__regex="_s}) +
                   words();
        case 1:
            return pick({u"pages="_s, u"pages__gte="_s, u"price__lt="_s, u"review__rating__gt="_s,
                         u"pk="_s, u"author__mentor__id="_s}) +
                   number();
        case 2:
            return pick({u"isbn__isnull="_s, u"review__isnull="_s, u"in_print="_s}) +
                   pick({u"True"_s, u"False"_s});
        case 3:
            return u"pages__in=[%1, %2, 3]"_s.arg(below(9)).arg(below(99));
        case 4:
            return u"pages__range=(%1, 500)"_s.arg(below(300));
        case 5:
            return pick({u"published__year="_s, u"added__month__lte="_s, u"added__week_day="_s}) +
                   QString::number(1 + below(2000));
        case 6:
            return u"published__gte=date(%1, 3, 1)"_s.arg(1990 + below(40));
        case 7:
            return u"added__lt=datetime(%1, 12, 31, 23, 59, 59, %2)"_s.arg(2000 + below(30))
                .arg(below(999999));
        case 8:
            return u"pages__gt="_s + numeric(1);
        case 9:
            return pick({u"isbn=None"_s, u"publisher=2"_s, u"award__name__in=('a', 'b')"_s,
                         u"edition__year=1999"_s});
        case 10:
            return u"pk__in="_s + inner(u"id"_s);
        default:
            return u"publisher__in=Publisher.objects.filter(name=%1)"_s.arg(words());
        }
    }
    QString inner(const QString &value)
    {
        using namespace Qt::Literals::StringLiterals;
        return u"Book.objects.filter(%1).values('%2')"_s.arg(lookup(0), value);
    }
    QString condition(int depth)
    {
        using namespace Qt::Literals::StringLiterals;
        if (depth <= 0 || chance(30))
            return chance(80) ? u"Q(%1)"_s.arg(lookup(depth))
                              : u"Q(pages__gt=%1, title=%2)"_s.arg(number(), words());
        switch (below(7)) {
        case 0:
            return u"(%1 | %2)"_s.arg(condition(depth - 1), condition(depth - 1));
        case 1:
            return u"(%1 & %2)"_s.arg(condition(depth - 1), condition(depth - 1));
        case 2:
            return u"(%1 ^ %2)"_s.arg(condition(depth - 1), condition(depth - 1));
        case 3:
            return u"~"_s + condition(depth - 1);
        case 4:
            return (chance(50) ? u"~"_s : u""_s) +
                   u"Exists(Review.objects.filter(book=OuterRef('pk'), rating__gt=%1))"_s.arg(
                       below(5));
        case 5:
            return u"Q(%1, %2)"_s.arg(condition(depth - 1), lookup(depth - 1));
        default:
            return u"Q(('title', %1), ('pages', 3), _connector='OR')"_s.arg(words());
        }
    }
    QString numeric(int depth)
    {
        using namespace Qt::Literals::StringLiterals;
        if (depth <= 0)
            return pick({u"F('pages')"_s, u"F('id')"_s, u"Value(3)"_s});
        switch (below(7)) {
        case 0:
            return u"(%1 %2 %3)"_s.arg(numeric(depth - 1),
                                       pick({u"+"_s, u"-"_s, u"*"_s, u"/"_s, u"%"_s, u"**"_s}),
                                       chance(50) ? numeric(depth - 1) : QString::number(below(9)));
        case 1:
            return u"Length(%1)"_s.arg(textual(depth - 1));
        case 2:
            return u"Abs(%1)"_s.arg(numeric(depth - 1));
        case 3:
            return u"ExtractYear('published')"_s;
        case 4:
            return u"%1.bitand(%2)"_s.arg(numeric(0), QString::number(below(8)));
        case 5:
            return u"-%1"_s.arg(numeric(depth - 1));
        default:
            return u"Cast(%1, output_field=IntegerField())"_s.arg(numeric(depth - 1));
        }
    }
    QString textual(int depth)
    {
        using namespace Qt::Literals::StringLiterals;
        if (depth <= 0)
            return pick({u"'title'"_s, u"F('isbn')"_s, u"Value(%1)"_s.arg(words())});
        switch (below(8)) {
        case 0:
            return u"Upper(%1)"_s.arg(textual(depth - 1));
        case 1:
            return u"Concat('title', Value(%1), %2)"_s.arg(words(), textual(depth - 1));
        case 2:
            return u"Left(%1, length=%2)"_s.arg(textual(depth - 1)).arg(1 + below(5));
        case 3:
            return u"Replace(%1, Value('a'))"_s.arg(textual(depth - 1));
        case 4:
            return u"LPad('title', 9, fill_text=Value('.'))"_s;
        case 5:
            return u"Func(F('title'), function='LOWER', output_field=CharField(max_length=%1))"_s
                .arg(1 + below(90));
        case 6:
            return u"Coalesce('isbn', %1)"_s.arg(textual(depth - 1));
        default:
            return u"Collate('title', 'nocase')"_s;
        }
    }
    QString value(int depth)
    {
        using namespace Qt::Literals::StringLiterals;
        switch (below(11)) {
        case 0:
            return textual(depth);
        case 1:
            return u"Case(When(%1, then=Value(%2)), When(%3, then=Value('b')), default=Value('c'), output_field=CharField())"_s
                .arg(condition(1), words(), lookup(0));
        case 2:
            return u"Subquery(Review.objects.filter(book=OuterRef('pk')).order_by('-rating').values('rating')[:1])"_s;
        case 3:
            return u"Exists(Review.objects.filter(book=OuterRef('pk')))"_s;
        case 4:
            return u"ExpressionWrapper(%1, output_field=DecimalField(max_digits=8, decimal_places=2))"_s
                .arg(numeric(depth));
        case 5:
            return u"Window(%1, partition_by=[F('publisher')], order_by=['-pages', F('id').asc(nulls_last=True)]%2)"_s
                .arg(pick({u"RowNumber()"_s, u"Rank()"_s, u"Sum('pages')"_s, u"Lag('pages', 2)"_s,
                           u"Ntile(num_buckets=4)"_s}),
                     chance(40) ? u", frame=RowRange(start=-%1, end=0)"_s.arg(below(4))
                                : QString());
        case 6:
            return u"TruncMonth('added')"_s;
        case 7:
            return u"Round('price', precision=%1)"_s.arg(below(3));
        case 8:
            return u"JSONObject(t='title', n=%1)"_s.arg(numeric(1));
        default:
            return numeric(depth);
        }
    }
    QString aggregate()
    {
        using namespace Qt::Literals::StringLiterals;
        switch (below(6)) {
        case 0:
            return u"Count('review'%1)"_s.arg(chance(50) ? u", distinct=True"_s : QString());
        case 1:
            return u"Sum('review__rating', filter=%1)"_s.arg(condition(1));
        case 2:
            return u"Avg('review__rating', default=%1)"_s.arg(below(4));
        case 3:
            return u"Max(%1)"_s.arg(numeric(1));
        case 4:
            return u"GroupConcat('author__name', separator='; ')"_s;
        default:
            return u"Count('*')"_s;
        }
    }
    QString newName()
    {
        using namespace Qt::Literals::StringLiterals;
        m_annotations << u"x%1"_s.arg(m_annotations.size());
        return m_annotations.back();
    }
    QString step(int depth, bool *dict)
    {
        using namespace Qt::Literals::StringLiterals;
        switch (below(20)) {
        case 0:
        case 1:
            return u".filter(%1)"_s.arg(lookup(depth));
        case 2:
            return u".filter(%1)"_s.arg(condition(depth));
        case 3:
            return u".exclude(%1, %2)"_s.arg(condition(depth), lookup(depth));
        case 4:
        case 5:
            return u".annotate(%1=%2)"_s.arg(newName(), value(depth));
        case 6:
            return u".annotate(%1=%2)"_s.arg(newName(), aggregate());
        case 7:
            return u".alias(%1=%2)"_s.arg(newName(), value(depth));
        case 8:
            return u".order_by(%1)"_s.arg(
                pick({u"'title'"_s, u"'-price', 'pk'"_s, u"'?'"_s, u"'publisher__name'"_s,
                      u"F('pages').desc(nulls_last=True)"_s, u"Lower('title')"_s, u"-F('pages')"_s,
                      u""_s}));
        case 9:
            return u".reverse()"_s;
        case 10:
            return u".distinct()"_s;
        case 11:
            if (*dict)
                return u".distinct('publisher')"_s;
            return pick({u".only('title', 'price')"_s, u".defer('isbn')"_s, u".defer(None)"_s});
        case 12:
            if (*dict)
                return {};
            return pick({u".select_related('publisher')"_s, u".select_related()"_s,
                         u".select_related(None)"_s});
        case 13:
            return pick(
                {u".prefetch_related('review_set', 'author_set__mentor')"_s,
                 u".prefetch_related(Prefetch('review_set', queryset=Review.objects.filter(rating__gt=%1)[:2], to_attr='best'))"_s
                     .arg(below(5)),
                 u".prefetch_related(None)"_s});
        case 14:
            *dict = true;
            return u".values(%1)"_s.arg(pick({u""_s, u"'title', 'publisher__name'"_s,
                                              u"'pk', n=Upper('title')"_s, u"'added__year'"_s}));
        case 15:
            *dict = true;
            return u".values_list(%1)"_s.arg(
                pick({u"'pk', flat=True"_s, u"'title', 'price', named=True"_s,
                      u"Lower('title'), 'pages'"_s, u"'pages', Length('title'), up=F('isbn')"_s}));
        case 16:
            return u".union(%1)"_s.arg(inner(u"id"_s) + (chance(50) ? u", all=True"_s : QString()));
        case 17:
            return pick({u".none()"_s, u".select_for_update(nowait=True, of=('self',))"_s,
                         u".intersection(Book.objects.all())"_s,
                         u".difference(Book.objects.all())"_s, u".all()"_s});
        case 18:
            return pick({u".dates('published', 'year', order='DESC')"_s,
                         u".datetimes('added', 'hour')"_s, u""_s, u""_s});
        default:
            return u".annotate(%1=FilteredRelation('review', condition=Q(review__rating__gt=%2)))"_s
                .arg(newName())
                .arg(below(5));
        }
    }

    std::mt19937 m_random;
    QStringList m_annotations;
};

} // namespace heddle::test
