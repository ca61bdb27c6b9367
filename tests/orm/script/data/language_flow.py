def f(a, b=2, *args, c, d=4, **kw):
    return a, b, args, c, d, kw
print(f(1, c=3), f(1, 2, 3, 4, c=5, z=6), f(*[1, 2], **{'c': 3}), f(1, *(2, 3), c=0, **{'q': 1}))
for call in range(6):
    try:
        if call == 0: f(1)
        if call == 1: f(c=1)
        if call == 2: f(1, a=2, c=3)
        if call == 3:
            def g(): pass
            g(1)
        if call == 4:
            def h(x, y): pass
            h(1)
        if call == 5:
            h(1, 2, z=3)
    except TypeError as e:
        print(e)
def counter():
    n = 0
    def inc(by=1):
        nonlocal n
        n += by
        return n
    return inc
c1, c2 = counter(), counter()
print(c1(), c1(5), c2())
total = 0
def add(x):
    global total
    total += x
add(3)
add(4)
print(total)
def fs():
    out = []
    for i in range(3):
        def g(i=i): return i
        out.append(g)
    return out
print([g() for g in fs()])
def late():
    out = []
    for i in range(3):
        def g(): return i
        out.append(g)
    return [g() for g in out]
print(late())
def local():
    try:
        print(zz)
        zz = 1
    except UnboundLocalError as e:
        print(e)
local()
try:
    undefined_name
except NameError as e:
    print(e)
def tr(n):
    try:
        if n == 0: return 'a'
        if n == 1: raise ValueError('v')
        if n == 2: 1 / 0
        if n == 3: {}['k']
    except ValueError as e:
        return f'value {e}'
    except (ZeroDivisionError, KeyError) as e:
        return f'other {e!r}'
    else:
        return 'else'
    finally:
        print('finally', n)
for i in range(5):
    print(tr(i))
def fin():
    try:
        return 1
    finally:
        return 2
print(fin())
def fin2():
    for i in range(3):
        try:
            continue
        finally:
            print('c', i)
    while True:
        try:
            break
        finally:
            print('b')
    return i
print(fin2())
try:
    try:
        raise ValueError('inner')
    except ValueError as e:
        raise KeyError('outer') from e
except KeyError as e:
    print(repr(e))
try:
    try:
        1 / 0
    finally:
        print('cleanup')
except ZeroDivisionError as e:
    print(e)
try:
    raise
except RuntimeError as e:
    print(e)
def reraise():
    try:
        raise ValueError('again')
    except ValueError:
        raise
try:
    reraise()
except ValueError as e:
    print(e, e.args)
try:
    raise ValueError
except ValueError as e:
    print(repr(e), str(e) == '', e.args)
try:
    raise ValueError('a', 1)
except ValueError as e:
    print(e, repr(e), e.args)
try:
    assert 1 == 2, 'message'
except AssertionError as e:
    print(repr(e))
try:
    assert False
except AssertionError as e:
    print(repr(e))
try:
    raise 'x'
except TypeError as e:
    print(e)
try:
    None.x
except AttributeError as e:
    print(e)
try:
    (1).foo
except AttributeError as e:
    print(e)
try:
    [].foo()
except AttributeError as e:
    print(e)
for expr in range(20):
    try:
        if expr == 0: 1 + 'a'
        if expr == 1: 'a' + 1
        if expr == 2: [] + 1
        if expr == 3: None + 1
        if expr == 4: 1 < 'a'
        if expr == 5: -'a'
        if expr == 6: 1()
        if expr == 7: None[0]
        if expr == 8: 1[0]
        if expr == 9: len(1)
        if expr == 10: [1]['a']
        if expr == 11: {}[[]]
        if expr == 12: 'a' * 'b'
        if expr == 13: for_ = [x for x in 5]
        if expr == 14: int([])
        if expr == 15: 5 % 0
        if expr == 16: 5 // 0
        if expr == 17: 5.0 / 0
        if expr == 18: 0 ** -1
        if expr == 19: 1 in 5
    except (TypeError, ZeroDivisionError) as e:
        print(expr, e)
for expr in range(12):
    try:
        if expr == 0: 'abc'['a']
        if expr == 1: 5.0 % 0
        if expr == 2: 5.0 // 0
        if expr == 3: divmod(1, 0)
        if expr == 4: chr(-1)
        if expr == 5: ord('ab')
        if expr == 6: float('x')
        if expr == 7: 1 << -1
        if expr == 8: 10 ** 400 * 1.0
        if expr == 9: int(float('inf'))
        if expr == 10: int(float('nan'))
        if expr == 11: round(float('nan'))
    except (TypeError, ZeroDivisionError, ValueError, OverflowError) as e:
        print(expr, repr(e))
x = 10
print([x for x in range(3)], x, {x: x for x in 'a'}, x, list(x for x in [7]), x)
print(sum(i for i in range(5) if i % 2), [i for i in range(3) for _ in range(2)])
def gen_scope():
    y = 5
    return [y + i for i in range(2)], {y for _ in 'a'}, list(y * i for i in range(2))
print(gen_scope())
i = 0
while i < 5:
    i += 1
    if i == 2: continue
    if i == 4: break
else:
    print('never')
print(i)
for i in []:
    pass
else:
    print('empty else')
for i in range(3):
    if i == 5: break
else:
    print('no break', i)
a = b = []
a.append(1)
print(b)
a = 5
a -= 2
a *= 3
a //= 2
a **= 2
a %= 7
a |= 8
a &= 12
a ^= 3
a <<= 2
a >>= 1
print(a)
a = 7
a /= 2
print(a)
print(1 < 2 < 3, 1 < 3 > 2, 1 == 1.0 == True, not 1 == 2, 'a' and 0 or 'c')
print(5 // 2, -5 // 2, 5 % -3, -5 % 3, 2 ** -1, 2 ** 0.5, 7 / 2, 1e3, 0x1f, 0b11, 0o17, 1_000, ~5)
print(5 & 3, 5 | 3, 5 ^ 3, 1 << 70, -7 >> 1, 3.0 // 2, -3.5 % 2, 10 ** 20, 2 ** 64 // 3, -(2 ** 64) % 7)
print(1e308 * 10)
def fact(n): return 1 if n < 2 else n * fact(n - 1)
print(fact(30), fact(5))
def fib():
    a, b = 0, 1
    out = []
    while a < 50:
        out.append(a)
        a, b = b, a + b
    return out
print(fib())
def deco(fn):
    def wrapper(*args, **kw):
        print('before', args, kw)
        return fn(*args, **kw) + 1
    return wrapper
def times(n):
    def deco2(fn):
        def w(*a):
            return [fn(*a)] * n
        return w
    return deco2
@deco
def plus(a, b=1):
    return a + b
print(plus(1), plus(1, b=5))
@times(2)
@deco
def minus(a):
    return a - 1
print(minus(5))
class_ = 1
def outer():
    x = 'outer'
    def inner():
        return x
    x = 'changed'
    return inner()
print(outer())
del x
try:
    x
except NameError as e:
    print(e)
def kwonly(*, a, b=2): return a + b
print(kwonly(a=1))
try:
    kwonly()
except TypeError as e:
    print(e)
def many(a, b, c): pass
try:
    many()
except TypeError as e:
    print(e)
try:
    many(1, 2, 3, 4)
except TypeError as e:
    print(e)
def ann(a: int, b: 'str' = 'x') -> int:
    """docstring"""
    return a
print(ann(1))
print(callable(len), callable(1), callable(ann))
try:
    try:
        raise ValueError('one')
    except ValueError:
        try:
            raise TypeError('two')
        except TypeError:
            pass
        raise
except ValueError as e:
    print('outer', e)
try:
    e
except NameError as err:
    print(err)
