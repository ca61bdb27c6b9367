l = [3, 1, 2]
l.append(5)
l.extend([7, 6])
l.insert(0, 9)
l.insert(-1, 8)
l.insert(100, 4)
print(l, l.pop(), l.pop(0), l.index(5), l.count(1), l)
l.remove(5)
l.sort()
print(l)
l.sort(reverse=True)
print(l)
l.reverse()
print(l, l.copy(), len(l))
try:
    l.remove(99)
except ValueError as e:
    print(e)
try:
    l.index(99)
except ValueError as e:
    print(e)
try:
    [].pop()
except IndexError as e:
    print(e)
try:
    [1].pop(5)
except IndexError as e:
    print(e)
l[1:3] = ['a', 'b', 'c']
print(l)
del l[0]
del l[1:3]
print(l)
l[::2] = [0] * len(l[::2])
print(l)
try:
    l[::2] = [1]
except ValueError as e:
    print(e)
l.clear()
print(l, [1] + [2], [1, 2] * 2, [1, 2] == [1, 2], [1, 2] < [1, 3], [] < [0], [1] < [1, 0])
try:
    [1] < ['a']
except TypeError as e:
    print(e)
try:
    [1] + (1,)
except TypeError as e:
    print(e)
try:
    sorted([1, 'a'])
except TypeError as e:
    print(e)
t = (1, 2, 3, 2)
print(t.count(2), t.index(3), t[1:], t + (4,), t * 2, (1,), (), 2 in t, t < (1, 2, 4), len(t), tuple([1, 2]))
try:
    t[0] = 1
except TypeError as e:
    print(e)
try:
    t.index(9)
except ValueError as e:
    print(e)
d = {'a': 1, 'b': 2}
print(d.get('a'), d.get('z'), d.get('z', 0), d.keys(), d.values(), d.items(), list(d), 'a' in d, len(d))
print(d == {'b': 2, 'a': 1})
print(d.setdefault('c', 3), d.setdefault('a', 9), d.pop('b'), d.pop('zz', None), d, d.popitem(), d)
d.update({'x': 1}, y=2)
d.update([('z', 3)])
print(d, d | {'q': 1}, {**d, 'a': 5})
d |= {'w': 0}
print(d)
try:
    d.pop('nope')
except KeyError as e:
    print(repr(e), e)
try:
    d['nope']
except KeyError as e:
    print(e, e.args)
try:
    {}.popitem()
except KeyError as e:
    print(e)
try:
    {[]: 1}
except TypeError as e:
    print(e)
print(dict(a=1, b=2), dict([(1, 2)]), dict({'a': 1}, b=2), dict.fromkeys('ab'), dict.fromkeys([1, 2], 0))
print({k: v for k, v in zip('ab', [1, 2])}, d.copy() == d, list(reversed({'a': 1, 'b': 2})))
for k, v in {'a': 1, 'b': 2}.items():
    print(k, v)
print({1: 'a', 1.0: 'b', True: 'c'}, {'a': 1}.keys() & {'a', 'b'}, {'a': 1}.keys() | {'b'} == {'a', 'b'})
print(sorted({'a': 1, 'b': 2}.keys() - {'a'}), {'a': 1}.keys() == {'a'})
try:
    for k in d:
        d[k + 'x'] = 1
except RuntimeError as e:
    print(e)
s = {1, 2, 3}
s.add(4)
s.discard(9)
s.remove(1)
s.update([7, 8], {9})
print(sorted(s), len(s), 2 in s, s.isdisjoint({100}), {2}.issubset(s), s.issuperset([2]), s >= {2})
print({2} < s, s == {2, 3, 4, 7, 8, 9})
try:
    s.remove(100)
except KeyError as e:
    print(e)
print({1, 2} | {3}, {1, 2} & {2}, {1, 2} - {2}, {1, 2} ^ {2, 3}, {1}.union([2], [3]), {1, 2}.intersection([1]))
print({1, 2}.difference([1]), {1, 2}.symmetric_difference([1, 5]), set(), {1}.copy())
s = {1, 2, 3}
s &= {1, 2}
print(s)
s |= {5}
print(s)
s -= {1}
print(s)
s ^= {5, 6}
print(s)
s.clear()
print(s)
print({3, 1, 2}, {10, 5, 1}, {8, 16, 0}, set(range(20)), {100, 1, 50}, {-1, 1, -2, 0}, set([5, 4, 3, 2, 1]))
print({1.5, 2, 0.5}, {True, 2})
print({i * i for i in range(10)}, {i % 3 for i in range(10)}, set(range(0, 1000, 100)), {2**40, 1})
print({-5, -10, 7}, {None}, {(1, 2)})
print({1: {2, 3}}, [{1}], sorted({(2, 'b'), (1, 'a')}))
print(list(zip([1, 2, 3], 'ab')), list(enumerate('ab', 1)), list(reversed([1, 2])), sum([1, 2], 10))
print(sum([[1], [2]], []), any([0, 1]), all([]), min(3, 1), max([1, 5], key=abs), min([], default=0))
print(max('a', 'bb', key=len))
try:
    min([])
except ValueError as e:
    print(e)
try:
    max(1)
except TypeError as e:
    print(e)
print(sorted([(2, 'a'), (1, 'b'), (1, 'a')]), sorted([3, 1], reverse=True), sorted({'b': 1, 'a': 2}))
print([1, [2, [3]]], ([1], {'a': (1, 2)}))
a, *b = [1, 2, 3]
*c, e = 'xyz'
(f, g), h = (1, 2), 3
print(a, b, c, e, f, g, h)
a, b = b, a
print(a, b)
try:
    a, b = 1, 2, 3
except ValueError as e:
    print(e)
try:
    a, b, c = [1, 2]
except ValueError as e:
    print(e)
try:
    a, *b, c = [1]
except ValueError as e:
    print(e)
try:
    a, b = 1
except TypeError as e:
    print(e)
print([x for x in range(10) if x % 2 if x > 3], [(x, y) for x in 'ab' for y in [1, 2]], {x: y for x, y in [(1, 2)]})
print([[j for j in range(i)] for i in range(3)], [*range(3), *'ab'], {*[1], *[2]}, (*[1], 2), [x if x else 'z' for x in [0, 1]])
print(range(5)[2], range(10)[2:8:2], len(range(0, 10, 3)), 3 in range(5), range(3) == range(0, 3))
print(list(range(5, 0, -2)), range(0), list(range(3))[-1], range(3)[-1], reversed(range(3)) is not None)
print(list(reversed(range(3))))
print(iter([1]) is not None, next(iter([1, 2])), next(iter([]), 'd'), list(iter('ab')))
try:
    next(iter([]))
except StopIteration as e:
    print('stop', repr(e))
x = [1, 2]
y = x
y.append(3)
print(x, x is y, x == [1, 2, 3], x is [1, 2, 3])
x += [4]
print(y)
x = x + [5]
print(y)
a = [[0] * 2] * 2
a[0][0] = 1
print(a)
n = []
n.append(n)
print(n)
m = {}
m['m'] = m
print(m)
print([1, 2, 3][-2:], [1, 2, 3][::-1], [1, 2, 3][5:], [0, 1, 2, 3][1:3], [0, 1, 2, 3][-1:0:-1], [][0:5])
print(bool([]), bool({}), bool(set()), bool(''), bool(0), bool(0.0), bool(None), bool([0]), bool(range(0)))
print(not [], [] or 'x', [1] and 'y')
print(1 in [1.0], True in [1], None in [None], [float('nan')] == [float('nan')], (1, 2) == [1, 2])
print(hash(1) == hash(1.0) == hash(True), hash('a') == hash('a'), hash((1, 2)) == hash((1, 2)))
print(isinstance(1, int), isinstance(True, int), isinstance('a', (int, str)), isinstance([], list))
print(isinstance({}, dict), isinstance(1.0, float), isinstance(None, int), isinstance(b'', bytes))
print(isinstance((1,), tuple), isinstance({1}, set))
print(list(zip()), list(zip([1], [2], [3])), dict(zip('ab', range(2))), list(zip(*[(1, 2), (3, 4)])))
print(divmod(7, 3), divmod(-7, 3), pow(2, 10), round(2.5), round(3.5), round(-2.5), round(2.675, 2))
print(round(1234, -2), abs(-3), round(5.0), round(1.5), int('12'), int(' 7 '), int('ff', 16), int('0b11', 0))
print(int(3.9), int(-3.9), float('1.5'), float(' -2e3 '), hex(255), bin(5), oct(8), int(True))
for bad in ['x', '', '1.5', '1 2']:
    try:
        int(bad)
    except ValueError as e:
        print(e)
try:
    float('abc')
except ValueError as e:
    print(e)
try:
    list(zip([1], [2, 3], strict=True))
except ValueError as e:
    print(e)
