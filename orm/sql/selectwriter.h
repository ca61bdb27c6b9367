#pragma once

#include "orm/sql/writer.h"

namespace heddle::sql {

/// Writes one SELECT: decides its columns, then FROM, WHERE, GROUP BY, HAVING, ORDER BY and LIMIT.
/// Lives for one call.
class SelectWriter {
public:
    SelectWriter(Writer &writer, Select &select, ResultShape *shape)
        : m_writer(writer), m_select(select), m_shape(shape), m_outermost(shape != nullptr)
    {
    }
    Condition write();

private:
    struct OutputColumn {
        BoundPtr expression;
        QByteArray alias; // empty: none
    };
    struct OrderTerm {
        BoundPtr expression; // without direction; null: the text stands for itself
        QByteArray text;
        bool reference = false; // to a column of SELECT
        QByteArray without;     // the text without its direction
    };
    /// Which fields of a model are wanted: only() and defer(), nested by relation.
    struct Mask {
        bool everything = true;
        QHash<const Field *, std::shared_ptr<Mask>> fields;
        const Mask *of(const Field *field) const
        {
            const auto it = fields.find(field);
            return it == fields.end() ? nullptr : it->get();
        }
    };

    // columns.cpp
    void chooseColumns();
    void addModelColumns(const ModelInfo *model, int alias, const Mask *mask, RowLayout &layout);
    void addRelated(const ModelInfo *model, int alias, const QStringList &requested,
                    bool restricted, int depth, const Mask *mask, RowLayout &layout);
    void addFilteredRelations(const QStringList &wanted, QStringList &notFound,
                              QStringList &choices, RowLayout &layout);
    Mask buildMask() const;
    void addValueColumns();
    int addColumn(BoundPtr expression, QByteArray alias = {});

    // selectwriter.cpp
    void splitHaving();
    QByteArray fromClause();
    QByteArray groupBy();
    std::vector<OrderTerm> orderTerms();
    void orderTerm(const ExprPtr &e, std::vector<OrderTerm> &out);
    Condition writeQualified(const QByteArray &fromAndConditions);
    BoundPtr named(const BoundPtr &expression);
    BoundPtr qualified(const BoundPtr &condition);
    Condition writeCombined();
    QByteArray combinedOrder();
    QByteArray lockClause() const;
    QByteArray readable(std::size_t column, const QByteArray &sql) const;

    Writer &m_writer;
    Select &m_select;
    ResultShape *m_shape;
    bool m_outermost; // its rows are read by us, not by another SELECT
    std::vector<OutputColumn> m_columns;
    std::vector<QByteArray> m_columnTexts;
    int m_qualNumber = 0;
    BoundPtr m_where, m_having, m_qualify;
};

} // namespace heddle::sql
