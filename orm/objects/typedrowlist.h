#pragma once

#include <QList>
#include <memory>

namespace heddle::detail {

/// Rows of one type while they are being read: a list that grows by whole batches.
///
/// They become a QList<T> when they are complete. The list's own resize() and append() can make
/// room at both ends and between; here they would be most of what compiling a model costs.
class TypedRows {
public:
    virtual ~TypedRows();
    /// Appends so many objects as their type makes them, and gives the first of them.
    virtual char *grow(int rows) = 0;
    virtual void reserve(qsizetype rows) = 0;
    /// Appends a copy of one object.
    virtual void append(const void *object) = 0;
    /// Appends what one object held; it is empty afterwards.
    virtual void take(void *object) = 0;
    /// The QList<T>, shared. Nothing is appended afterwards.
    const std::shared_ptr<void> &share();
    char *data() const { return m_data; }
    qsizetype size() const { return m_size; }

protected:
    struct List {
        void *list;
        void (*destroy)(void *list);
    };
    virtual List finished() = 0;
    char *m_data = nullptr; // the first
    qsizetype m_size = 0;

private:
    std::shared_ptr<void> m_list;
};

template <typename T>
class TypedRowsOf final : public TypedRows {
public:
    static std::unique_ptr<TypedRows> make() { return std::unique_ptr<TypedRows>(new TypedRowsOf); }

    char *grow(int more) override
    {
        T *first = room(more);
        if (more > 0)
            m_rows->appendInitialize(m_rows.size + more);
        m_size = m_rows.size;
        return reinterpret_cast<char *>(first);
    }
    void reserve(qsizetype rows) override
    {
        if (rows > m_size)
            room(rows - m_size, rows);
    }
    void append(const void *object) override
    {
        new (room(1)) T(*static_cast<const T *>(object));
        m_size = ++m_rows.size;
    }
    void take(void *object) override
    {
        new (room(1)) T(std::move(*static_cast<T *>(object)));
        m_size = ++m_rows.size;
    }

private:
    /// Where the next objects go.
    T *room(qsizetype more, qsizetype capacity = 0)
    {
        if (m_rows.freeSpaceAtEnd() < more) {
            const qsizetype enough = qMax(m_size + more, capacity ? capacity : grownCapacity());
            QArrayDataPointer<T> bigger(QTypedArrayData<T>::allocate(enough));
            bigger->moveAppend(m_rows.begin(), m_rows.end());
            m_rows.swap(bigger);
            m_data = reinterpret_cast<char *>(m_rows.data());
        }
        return m_rows.data() + m_size;
    }
    /// Moving a large list costs more than room that nobody touches: such room is no memory yet.
    qsizetype grownCapacity() const
    {
        constexpr qsizetype large = (1 << 20) / sizeof(T) + 1,
                            most = (qsizetype(512) << 20) / sizeof(T);
        return m_size < large ? 2 * m_size : m_size + qMax(m_size, qMin(3 * m_size, most));
    }
    List finished() override
    {
        return {new QList<T>(std::move(m_rows)),
                [](void *list) { delete static_cast<QList<T> *>(list); }};
    }
    QArrayDataPointer<T> m_rows;
};

/// As list.data(): the objects of a list that nobody else shares afterwards.
template <typename T>
T *ownedData(QList<T> &list)
{
    if (!list.isEmpty() && !list.isDetached()) {
        QArrayDataPointer<T> own(QTypedArrayData<T>::allocate(list.size()));
        own->copyAppend(list.constData(), list.constData() + list.size());
        list = QList<T>(std::move(own));
    }
    return const_cast<T *>(list.constData());
}

} // namespace heddle::detail
