#pragma once

#include "orm/script/ormobjects.h"

namespace heddle::script {

/// What `rows.iterator()` gives: an iterator whose rows come by the batch, while the loop runs, and
/// are not kept.
///
/// Inside a transaction its one connection is the loop's too, so there they are fetched at once.
Object syncRowStream(Machine &vm, const RecordSet &rows);
/// The same for `async for`.
Object asyncRowStream(Machine &vm, const RecordSet &rows);
/// What `rows.aiterator()` gives: something for `async for`.
Object asyncRowIterable(const RecordSet &rows);
/// Something is about to be written: the rest of what streams is taken in, so that no reader stands
/// in the writer's way.
void takeInStreams(Machine &vm);
/// Until the statements behind the rows have done all that they do.
enum class Streams {
    Over, // those that nobody reads any more
    All,  // no others will be read, either
};
void waitForStreams(Machine &vm, Streams which);
/// True if the rows of this queryset can come by the batch: none of them needs the others.
bool canStream(const Query &query);

} // namespace heddle::script
