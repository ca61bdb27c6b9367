#include "orm/objects/typedrowlist.h"

namespace heddle::detail {

TypedRows::~TypedRows() = default;

const std::shared_ptr<void> &TypedRows::share()
{
    if (!m_list) {
        const List made = finished();
        m_list = std::shared_ptr<void>(made.list, made.destroy);
    }
    return m_list;
}

} // namespace heddle::detail
