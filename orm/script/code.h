#pragma once

#include "orm/notation/syntax.h"
#include "orm/script/object.h"

#include <QStringList>
#include <memory>
#include <vector>

namespace heddle::script {

/// What the machine can do. `a` and `b` are the instruction's operands; the stack effect is in
/// brackets.
enum class Op : std::uint8_t {
    Line,      // a statement begins
    LoadConst, // [-> constants[a]]
    LoadNone,  // [-> None]
    LoadSlot,
    StoreSlot,
    DeleteSlot, // slots[a]
    LoadCell,
    StoreCell,
    DeleteCell,  // the Cell in slots[a]
    NewCell,     // slots[a] becomes a fresh Cell; b: that holds what the slot held (a parameter)
    ClearSlot,   // slots[a] becomes unbound: a comprehension starts
    LoadClosure, // [-> the Cell itself in slots[a]]
    LoadGlobal,
    StoreGlobal,
    DeleteGlobal, // names[a]
    Pop,
    Dup,
    DupTwo,
    Swap,
    RotateThree, // RotateThree: [x y z -> z x y]
    LoadAttribute,
    StoreAttribute,
    DeleteAttribute, // names[a]; Store: [value object ->]
    LoadItem,
    StoreItem,
    DeleteItem, // [object key -> value]; Store: [value object key ->]
    BuildSlice, // [lower upper step -> slice]
    Binary,
    InPlace, // BinaryOp a
    Unary,   // a: the sign's code unit; 'n' is `not`
    Compare, // CompareOp a
    Jump,
    JumpBack, // to a
    JumpIfFalse,
    JumpIfTrue, // [test ->]
    JumpIfFalseOrPop,
    JumpIfTrueOrPop, // keeps the test when it jumps
    BuildList,
    BuildTuple,
    BuildSet,
    BuildDict, // of the a topmost (BuildDict: a pairs)
    ListAppend,
    SetAdd,
    DictAdd, // to the container a below the value(s)
    ListExtend,
    SetUpdate,
    DictUpdate, // [container iterable -> container]; DictUpdate b: call keywords, refuses doubles
    ListToTuple,
    FormatValue,    // [value (spec) -> str]; a: conversion or 0; b: has spec
    JoinStrings,    // of the a topmost
    UnpackSequence, // [iterable -> item a-1 ... item 0]
    UnpackStarred,  // a before, b after the starred
    Call,           // [f x1 ... xa k1 ... -> result]; b: index into keywordNames or -1
    CallUnpacked,   // [f list dict -> result]
    Iterate,        // [iterable -> iterator]
    ForNext,        // [iterator -> iterator value]; exhausted: pops it and jumps to a
    AsyncIterate,   // [iterable -> awaitable of an iterator]
    AsyncReady,  // [iterator -> iterator awaitable]; jumps to a, without one, if it need not wait
    Await,       // [awaitable -> result]; a: which of series[b], from 1; 0: of none
    PushHandler, // errors go to a, with the stack b lower than now
    PopHandler,
    BeginHandler, // [exception ->]; it is now being handled
    EndHandler,
    LoadException,  // the one that is being handled
    MatchException, // [type -> bool]
    Raise,          // a: 0 again, 1 [exception], 2 [exception cause]
    Reraise,        // the one that is being handled
    GroupBegin,     // [-> state]: except* clauses begin to share out the one that is being handled
    GroupMatch,     // [state type -> state bool]; what it takes is being handled from here on
    GroupRaised,    // [state exception -> state]: a clause ended with it
    GroupEnd,       // [state ->]; raises what is left, or was raised; the handler has ended else
    WithEnter,
    AsyncWithEnter, // [context -> context value-or-awaitable]
    WithExit,
    AsyncWithExit, // [context -> suppressed-or-awaitable]; a: with the exception being handled
    MakeFunction,  // [defaults... cells... -> function]; codes[a]
    MakeGenerator, // [cells... iterable -> generator]; codes[a]
    Yield,         // [value ->]
    Return,        // [value]
    Import,        // [-> module names[a]]
    ImportName,    // [module -> module names[a]]
    StoreResult,   // [value ->]: the module's result
    AssertFailed,  // [message-or-nothing ->]; a: has message
};

struct Instruction {
    Op op;
    std::int32_t a = 0;
    std::int32_t b = 0;
};

struct Position {
    std::int32_t line = 0, column = 0;
};

struct CodeParameter {
    QString name;
    notation::Parameter::Kind kind;
    bool hasDefault = false;
};

struct Code;
using CodePtr = std::shared_ptr<const Code>;

/// What a module, a def or a generator expression compiles to. Immutable; shared by every thread
/// that runs it.
struct Code {
    QString name; // "<module>", "<genexpr>" or the def's
    bool async = false;
    std::vector<Instruction> instructions;
    std::vector<Position> positions; // of each instruction
    Objects constants;               // immutable ones only
    std::vector<QString> names;
    std::vector<QStringList> keywordNames;
    std::vector<CodePtr> codes;
    QStringList slotNames;
    std::vector<CodeParameter> parameters; // in the first slots, in order
    std::vector<Position> series;          // where series of independent awaits begin
    int closureSlots = 0; // the Cells from outside are in so many slots from firstClosureSlot
    int firstClosureSlot = 0;
    Position position;
};

} // namespace heddle::script
