#pragma once

#include "orm/notation/syntax.h"

namespace heddle::notation {

/// Calls `visit(const NodePtr &)` for each child of a node that is there, in no promised order but
/// items first. Trees are at most maximumTreeHeight high, so visitors may recurse.
template <typename Visit>
void forEachChild(const Node &node, Visit &&visit)
{
    const auto all = [&visit](const Nodes &nodes) {
        for (const NodePtr &child : nodes)
            if (child)
                visit(child);
    };
    all(node.decorators);
    all(node.items);
    for (const Argument &argument : node.arguments)
        if (argument.value)
            visit(argument.value);
    for (const Parameter &parameter : node.parameters)
        if (parameter.defaultValue)
            visit(parameter.defaultValue);
    for (const Comprehension &generator : node.generators) {
        if (generator.target)
            visit(generator.target);
        if (generator.iterable)
            visit(generator.iterable);
        all(generator.conditions);
    }
    all(node.body);
    all(node.handlers);
    all(node.orelse);
    all(node.finalbody);
}

} // namespace heddle::notation
