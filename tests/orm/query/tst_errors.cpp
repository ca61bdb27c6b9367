#include "tests/support/querybuilder.h"
#include "tests/support/raises.h"
#include "tests/support/schemafile.h"

using namespace heddle;
using namespace heddle::test;
using namespace Qt::Literals::StringLiterals;

using Refinement = std::function<void()>;
Q_DECLARE_METATYPE(Refinement)

/// What Django raises at the step that is wrong, in its words (5.2), before any database is asked.
class TestErrors : public QObject {
    Q_OBJECT

private:
    static void row(const char *name, Refinement refinement, const char *error)
    {
        QTest::newRow(name) << std::move(refinement) << QString::fromUtf8(error);
    }
    static void columns()
    {
        QTest::addColumn<Refinement>("refinement");
        QTest::addColumn<QString>("error");
    }
    static void check()
    {
        QFETCH(Refinement, refinement);
        QFETCH(QString, error);
        QCOMPARE(errorOf(refinement), error);
    }
    static InstanceRef saved(const char *model, Value key)
    {
        const Query query = chinook(model);
        const QString display = query.model()->name + u" object (%1)"_s.arg(key.toDisplay());
        return {query.model(), {std::move(key)}, display, {}};
    }

private Q_SLOTS:
    void namesAndLookups_data()
    {
        columns();
        const Query tracks = chinook("Track");
        const char *choices = "FieldError: Cannot resolve keyword 'nosuch' into field. Choices "
                              "are: album, album_id, bytes, composer, genre, genre_id, "
                              "invoiceline, media_type, media_type_id, milliseconds, name, "
                              "playlist, playlisttrack, track_id, unit_price";
        row(
            "an unknown name", [=] { tracks.filter(q("nosuch", 1)); }, choices);
        row(
            "inside a Q", [=] { tracks.filter(q("nosuch", 1) | q("pk", 1)); }, choices);
        row(
            "excluded", [=] { tracks.exclude(q("nosuch", 1)); }, choices);
        row(
            "ordered by", [=] { tracks.orderBy(texts({"nosuch"})); }, choices);
        row(
            "ordered by nothing", [=] { tracks.orderBy(texts({"-"})); },
            QByteArray(choices).replace("nosuch", "").constData());
        row(
            "in values", [=] { tracks.values(names({"nosuch"})); }, choices);
        row(
            "in F", [=] { tracks.filter(q("name", f("nosuch"))); }, choices);
        row(
            "in an aggregate", [=] { tracks.annotate({named("n", call("Count", {"nosuch"}))}); },
            choices);
        row(
            "in distinct", [=] { tracks.distinct(texts({"nosuch"})); }, choices);
        row(
            "annotations are among the choices",
            [] { shop("Cover").annotate({named("zz", f("colour"))}).filter(q("nosuch", 1)); },
            "FieldError: Cannot resolve keyword 'nosuch' into field. Choices are: book, book_id, "
            "colour, image, zz");
        row(
            "an unknown lookup", [=] { tracks.filter(q("name__nosuch", "x")); },
            "FieldError: Unsupported lookup 'nosuch' for CharField or join on the field not "
            "permitted.");
        row(
            "a close one is suggested", [=] { tracks.filter(q("name__contain", "x")); },
            "FieldError: Unsupported lookup 'contain' for CharField or join on the field not "
            "permitted, perhaps you meant contains or icontains?");
        row(
            "behind a relation", [=] { tracks.filter(q("album__nosuch", "x")); },
            "FieldError: Unsupported lookup 'nosuch' for ForeignKey or join on the field not "
            "permitted.");
        row(
            "a text lookup of a relation", [=] { tracks.filter(q("album__contains", "x")); },
            "FieldError: Unsupported lookup 'contains' for ForeignKey or join on the field not "
            "permitted.");
        row(
            "a date part of a text", [=] { tracks.filter(q("album__artist__name__year", 5)); },
            "FieldError: Unsupported lookup 'year' for CharField or join on the field not "
            "permitted.");
        row(
            "two names behind a relation", [=] { tracks.filter(q("album__nosuch__x", 5)); },
            "FieldError: Related Field got invalid lookup: nosuch");
        row(
            "F through a column", [=] { tracks.filter(q("name", f("name__nosuch"))); },
            "FieldError: Cannot resolve keyword 'nosuch' into field. Join on 'name' not "
            "permitted.");
        row(
            "only", [=] { tracks.only(texts({"nosuch"})); },
            "FieldDoesNotExist: Track has no field named 'nosuch'");
        row(
            "defer", [=] { tracks.defer(texts({"nosuch"})); },
            "FieldDoesNotExist: Track has no field named 'nosuch'");
        row(
            "only behind a relation", [=] { tracks.only(texts({"album__nosuch"})); },
            "FieldDoesNotExist: Album has no field named 'nosuch'");
    }
    void namesAndLookups() { check(); }

    void valuesOfLookups_data()
    {
        columns();
        const Query tracks = chinook("Track"), books = shop("Book");
        row(
            "a word for a number", [=] { tracks.filter(q("milliseconds", "abc")); },
            "ValueError: Field 'milliseconds' expected a number but got 'abc'.");
        row(
            "in a list",
            [=] {
                tracks.filter(q("milliseconds__in", listOf({1, "abc"})));
            },
            "ValueError: Field 'milliseconds' expected a number but got 'abc'.");
        row(
            "for a key", [=] { tracks.filter(q("genre", "Rock")); },
            "ValueError: Field 'genre_id' expected a number but got 'Rock'.");
        row(
            "for a key, gt", [=] { tracks.filter(q("album__gt", "x")); },
            "ValueError: Field 'album_id' expected a number but got 'x'.");
        row(
            "None with another lookup than exact", [=] { tracks.filter(q("name__gt", nullptr)); },
            "ValueError: Cannot use None as a query value");
        row(
            "isnull of what is no bool", [=] { tracks.filter(q("name__isnull", 1)); },
            "ValueError: The QuerySet value for an isnull lookup must be True or False.");
        row(
            "isnull of None", [=] { tracks.filter(q("name__isnull", nullptr)); },
            "ValueError: The QuerySet value for an isnull lookup must be True or False.");
        row(
            "in without a list", [=] { tracks.filter(q("milliseconds__in", 5)); },
            "TypeError: 'int' object is not iterable");
        row(
            "a wrong date", [=] { books.filter(q("published", "2020-13-01")); },
            "ValidationError: ['“2020-13-01” value has the correct format (YYYY-MM-DD) but it is "
            "an invalid date.']");
        row(
            "a wrong datetime", [=] { books.filter(q("added__lt", "yesterday")); },
            "ValidationError: ['“yesterday” value has an invalid format. It must be in YYYY-MM-DD "
            "HH:MM[:ss[.uuuuuu]][TZ] format.']");
        row(
            "a wrong decimal", [=] { books.filter(q("price", "x")); },
            "ValidationError: ['“x” value must be a decimal number.']");
        row(
            "a wrong boolean", [=] { books.filter(q("in_print", "maybe")); },
            "ValidationError: ['“maybe” value must be either True or False.']");
        row(
            "an object of another model", [=] { tracks.filter(q("genre", saved("Album", 1))); },
            "ValueError: Cannot query \"Album object (1)\": Must be \"Genre\" instance.");
        row(
            "an unsaved object",
            [=] {
                tracks.filter(
                    q("genre",
                      InstanceRef{chinook("Genre").model(), {}, u"Genre object (None)"_s, {}}));
            },
            "ValueError: Model instances passed to related filters must be saved.");
        row(
            "a queryset of another model", [=] { tracks.filter(q("genre__in", chinook("Album"))); },
            "ValueError: Cannot use QuerySet for \"Album\": Use a QuerySet for \"Genre\".");
        row(
            "a queryset of two columns",
            [=] {
                chinook("Album").filter(q("pk__in", tracks.values(names({"album", "name"}))));
            },
            "TypeError: Cannot use multi-field values as a filter value.");
        row(
            "exact with a queryset that is not one row",
            [=] { tracks.filter(q("genre", chinook("Genre").slice(0, 2))); },
            "ValueError: The QuerySet value for an exact lookup must be limited to one result "
            "using slicing.");
        row(
            "what is no condition", [=] { tracks.filter(q(call("Lower", {"name"}))); },
            "TypeError: Cannot filter against a non-conditional expression.");
    }
    void valuesOfLookups() { check(); }

    void refinementsThatDoNotFitTogether_data()
    {
        columns();
        const Query tracks = chinook("Track");
        const Query sliced = tracks.slice(0, 5), values = tracks.values(names({"name"})),
                    unioned = tracks.combine(Combinator::Union, {tracks});
        row(
            "filter after a slice", [=] { sliced.filter(q("pk", 1)); },
            "TypeError: Cannot filter a query once a slice has been taken.");
        row(
            "exclude after a slice", [=] { sliced.exclude(q("pk", 1)); },
            "TypeError: Cannot filter a query once a slice has been taken.");
        row(
            "order_by after a slice", [=] { sliced.orderBy(texts({"name"})); },
            "TypeError: Cannot reorder a query once a slice has been taken.");
        row(
            "reverse after a slice", [=] { sliced.reverse(); },
            "TypeError: Cannot reverse a query once a slice has been taken.");
        row(
            "distinct after a slice", [=] { sliced.distinct(texts({"name"})); },
            "TypeError: Cannot create distinct fields once a slice has been taken.");
        row(
            "a negative slice", [=] { tracks.slice(-1, {}); },
            "ValueError: Negative indexing is not supported.");
        row(
            "a negative end", [=] { tracks.slice(0, -1); },
            "ValueError: Negative indexing is not supported.");
        row(
            "select_related after values", [=] { values.selectRelated(texts({"album"})); },
            "TypeError: Cannot call select_related() after .values() or .values_list()");
        row(
            "only after values", [=] { values.only(texts({"name"})); },
            "TypeError: Cannot call only() after .values() or .values_list()");
        row(
            "defer after values", [=] { values.defer(texts({"name"})); },
            "TypeError: Cannot call defer() after .values() or .values_list()");
        row(
            "flat with two fields",
            [=] {
                tracks.valuesList(names({"pk", "name"}), true);
            },
            "TypeError: 'flat' is not valid when values_list is called with more than one field.");
        row(
            "flat and named", [=] { tracks.valuesList(names({"pk"}), true, true); },
            "TypeError: 'flat' and 'named' can't be used together.");
        row(
            "a composite key as one value", [] { shop("Edition").values(names({"pk"})); },
            "NotSupportedError: values() cannot give the composite primary key of Edition as one "
            "value: name its fields.");
        row(
            "filter after union", [=] { unioned.filter(q("pk", 1)); },
            "NotSupportedError: Calling QuerySet.filter() after union() is not supported.");
        row(
            "exclude after intersection",
            [=] { tracks.combine(Combinator::Intersection, {tracks}).exclude(q("pk", 1)); },
            "NotSupportedError: Calling QuerySet.exclude() after intersection() is not supported.");
        row(
            "annotate after difference",
            [=] {
                tracks.combine(Combinator::Difference, {tracks})
                    .annotate({named("n", call("Count", {"pk"}))});
            },
            "NotSupportedError: Calling QuerySet.annotate() after difference() is not supported.");
        row(
            "distinct after union", [=] { unioned.distinct(); },
            "NotSupportedError: Calling QuerySet.distinct() after union() is not supported.");
        row(
            "only after union", [=] { unioned.only(texts({"name"})); },
            "NotSupportedError: Calling QuerySet.only() after union() is not supported.");
        row(
            "defer after union", [=] { unioned.defer(texts({"name"})); },
            "NotSupportedError: Calling QuerySet.defer() after union() is not supported.");
        row(
            "select_related after union", [=] { unioned.selectRelated(texts({"album"})); },
            "NotSupportedError: Calling QuerySet.select_related() after union() is not supported.");
        row(
            "prefetch_related after union",
            [=] {
                unioned.prefetchRelated({{u"album"_s, {}, {}}});
            },
            "NotSupportedError: Calling QuerySet.prefetch_related() after union() is not "
            "supported.");
        row(
            "a lock after union", [=] { unioned.selectForUpdate(false, false, {}, false); },
            "NotSupportedError: Calling QuerySet.select_for_update() after union() is not "
            "supported.");
        row(
            "dates after union", [=] { unioned.dates(u"name"_s, u"year"_s, false); },
            "NotSupportedError: Calling QuerySet.dates() after union() is not supported.");
        row(
            "a lock that waits and does not",
            [=] { tracks.selectForUpdate(true, true, {}, false); },
            "ValueError: The nowait option cannot be used with skip_locked.");
        row(
            "& with a slice", [=] { tracks.merged(sliced, Connector::And); },
            "TypeError: Cannot combine queries once a slice has been taken.");
        row(
            "| of two models", [=] { tracks.merged(chinook("Album"), Connector::Or); },
            "TypeError: Cannot combine queries on two different base models.");
        row(
            "| with a distinct one", [=] { tracks.merged(tracks.distinct(), Connector::Or); },
            "TypeError: Cannot combine a unique query with a non-unique query.");
    }
    void refinementsThatDoNotFitTogether() { check(); }

    void expressionsAndAnnotations_data()
    {
        columns();
        const Query tracks = chinook("Track");
        row(
            "an annotation with a field's name",
            [=] { tracks.annotate({named("name", f("composer"))}); },
            "ValueError: The annotation 'name' conflicts with a field on the model.");
        row(
            "with a relation's name", [=] { tracks.annotate({named("playlist", f("composer"))}); },
            "ValueError: The annotation 'playlist' conflicts with a field on the model.");
        row(
            "a name that would leave the identifier",
            [=] { tracks.annotate({named("a\"; x", f("composer"))}); },
            "ValueError: Column aliases cannot contain whitespace characters, quotation marks, "
            "semicolons, or SQL comments.");
        row(
            "a name with a comment", [=] { tracks.alias({named("a--b", f("composer"))}); },
            "ValueError: Column aliases cannot contain whitespace characters, quotation marks, "
            "semicolons, or SQL comments.");
        row(
            "a function without a name",
            [=] { tracks.annotate({named("", call("Lower", {"name"}))}); },
            "AttributeError: 'Lower' object has no attribute 'default_alias'");
        row(
            "an aggregate of an expression without a name",
            [=] { tracks.annotate({named("", call("Sum", {plus(f("bytes"), value(1))}))}); },
            "TypeError: Complex annotations require an alias");
        row(
            "an alias() in values",
            [=] { tracks.alias({named("n", call("Lower", {"name"}))}).values(names({"n"})); },
            "FieldError: Cannot select the 'n' alias. Use annotate() to promote it.");
        row(
            "Coalesce of one", [] { call("Coalesce", {"composer"}); },
            "ValueError: Coalesce must take at least two expressions");
        row(
            "Greatest of one", [] { call("Greatest", {"composer"}); },
            "ValueError: Greatest must take at least two expressions");
        row(
            "Count with a default",
            [] {
                call("Count", {"pk"}, {{"default", 0}});
            },
            "TypeError: Count does not allow default.");
        row(
            "Count of all, filtered",
            [] {
                call("Count", {"*"}, {{"filter", expr::condition(q("pk", 1))}});
            },
            "ValueError: Star cannot be used with filter. Please specify a field.");
        row(
            "a window over what is none", [] { call("Window", {call("Lower", {"name"})}); },
            "ValueError: Expression 'Lower' isn't compatible with OVER clauses.");
        row(
            "When without a condition",
            [] {
                call("When", {}, {{"then", 1}});
            },
            "TypeError: When() supports a Q object, a boolean expression, or lookups as a "
            "condition.");
        row(
            "When with an empty Q",
            [] {
                call("When", {expr::condition(q({}))}, {{"then", 1}});
            },
            "ValueError: An empty Q() can't be used as a When() condition.");
        row(
            "Case of what is no When", [] { call("Case", {"name"}); },
            "TypeError: Positional arguments must all be When objects.");
        row(
            "dates of a text", [=] { tracks.dates(u"name"_s, u"year"_s, false); },
            "TypeError: 'name' isn't a DateField, TimeField, or DateTimeField.");
        row(
            "dates of a wrong kind", [=] { shop("Book").dates(u"published"_s, u"hour"_s, false); },
            "ValueError: 'kind' must be one of 'year', 'month', 'week', or 'day'.");
        row(
            "datetimes of a wrong kind",
            [=] { shop("Book").datetimes(u"added"_s, u"age"_s, false); },
            "ValueError: 'kind' must be one of 'year', 'month', 'week', 'day', 'hour', 'minute', "
            "or 'second'.");
        row(
            "datetimes of a date",
            [=] { shop("Book").datetimes(u"published"_s, u"hour"_s, false); },
            "ValueError: Cannot truncate DateField 'published' to DateTimeField.");
        row(
            "an argument that no class takes",
            [] {
                call("Lower", {"name"}, {{"nosuch", 1}});
            },
            "TypeError: Lower.__init__() got an unexpected keyword argument 'nosuch'");
    }
    void expressionsAndAnnotations() { check(); }
};

QTEST_GUILESS_MAIN(TestErrors)
#include "tst_errors.moc"
