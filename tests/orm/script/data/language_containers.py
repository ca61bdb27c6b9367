l = [3, 1, 2]
l.append(4); l.insert(0, 9); l.extend([7, 7]); l.remove(7); print(l, l.pop(), l.pop(0), l, l.index(2), l.count(1))
l.sort(); print(l); l.sort(reverse=True); print(l); l.reverse(); print(l, l.copy(), l[:], l[1:], l[-2:], l[::-1])
l[0] = 10; l[1:2] = [5, 6, 7]; print(l); del l[0]; del l[1:3]; print(l); l += [1]; l *= 2; print(l); l[::2] = [0] * len(l[::2]); print(l)
l.clear(); print(l, [1, 2] == [1, 2], [1, 2] < [1, 3], [1] + [2], [0] * 3, 2 in [1, 2], [[]] * 2)
print(sorted([3, 1, 2]), sorted("bca", reverse=True), sorted([(1, "b"), (1, "a")]), sorted(["b", "A"], key=str.lower), sorted({"b": 1, "a": 2}))
t = (1, 2, 3)
print(t, t[0], t[1:], t + (4,), t * 2, (1,), (), len(t), t.index(2), t.count(3), (1, 2) < (1, 3))
a, b = 1, 2
a, b = b, a
print(a, b)
first, *rest = [1, 2, 3]
*init, last = "abc"
x, (y, *z) = 1, (2, 3, 4)
print(first, rest, init, last, x, y, z)
d = {"a": 1, "b": 2}
d["c"] = 3; print(d, d["a"], d.get("x"), d.get("x", 0), "a" in d, len(d), list(d), list(d.keys()), list(d.values()), list(d.items()))
del d["a"]; print(d.pop("b"), d.pop("zz", None), d, d.setdefault("q", []), d)
d.update({"k": 1}, z=2); print(d, {**d, "n": 5}, d | {"c": 0}, dict(a=1), dict([("x", 1)]), dict.fromkeys("ab", 0))
print({1: "a", 1.0: "b", True: "c"}, {k: v for k, v in zip("ab", [1, 2])}, {(1, 2): 3}[(1, 2)], d == dict(d), d.popitem())
for k, v in {"x": 1, "y": 2}.items():
    print(k, v, end=";")
print()
s = {3, 1, 2}
s.add(4); s.discard(9); print(sorted(s), len(s), 3 in s, sorted(s | {7}), sorted(s & {1, 2, 9}), sorted(s - {1}), sorted(s ^ {1, 100}))
print({1, 2} <= {1, 2, 3}, {1, 2} < {1, 2}, {1} == {1}, set(), {1, 2}.issubset([1, 2, 3]), sorted(set("hello")), {1, 2}.isdisjoint({3}))
print(list(range(5)), list(range(2, 10, 3)), list(range(5, 0, -2)), range(3), len(range(10)), 3 in range(5), range(10)[2:5], range(10)[-1], range(0) == range(0, 0))
print([i * j for i in range(3) for j in range(3) if i != j], [[j for j in range(i)] for i in range(3)], {i % 2 for i in range(5)})
print(list(enumerate("ab", 1)), list(zip([1, 2, 3], "ab")), list(reversed([1, 2])), any([0, 1]), all([]), all([1, 0]), sum(x * x for x in range(4)))
print([*range(3), *"ab"], {*[1, 2]}, (*[1], 2))
n = [1, [2, [3]]]
n[1][1].append(4)
print(n, n == [1, [2, [3, 4]]], [1, 2, 3][1:][0], "x" if [] else "y", [] or "empty", 0 and 1, None or [] or "z")
r = [1]
r.append(r)
print(len(r), r[1] is r)
m = [1, 2, 3]
for i, v in enumerate(m):
    m[i] = v * 2
print(m, m is m, [1] is [1], None is None)
for bad in ["pop", "key", "index", "unpack", "many", "hash", "iter", "attr", "value"]:
    try:
        if bad == "pop":
            [].pop()
        elif bad == "key":
            {}["k"]
        elif bad == "index":
            [1][5]
        elif bad == "unpack":
            a, b = [1]
        elif bad == "many":
            a, b = 1, 2, 3
        elif bad == "hash":
            {[]: 1}
        elif bad == "iter":
            for q in 5:
                pass
        elif bad == "attr":
            [].nosuch
        else:
            [1].index(2)
    except Exception as e:
        print(bad, e)
