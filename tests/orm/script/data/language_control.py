def f(a, b=2, *args, c, d=4, **kw):
    return (a, b, args, c, d, kw)
print(f(1, c=3), f(1, 5, 6, 7, c=3, e=9), f(*[1, 2], **{"c": 3, "z": 1}))
def g(x=[]):
    x.append(1)
    return x
print(g(), g())
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
print([fib(i) for i in range(12)])
def counter():
    n = 0
    def step(by=1):
        nonlocal n
        n += by
        return n
    return step
c = counter()
c(); c(5)
print(c())
total = 0
def add(v):
    global total
    total += v
add(3); add(4)
print(total)
funcs = []
for i in range(3):
    def show(i=i):
        return i
    funcs.append(show)
print([h() for h in funcs])
def outer():
    fs = []
    for i in range(3):
        def inner():
            return i
        fs.append(inner)
    return [q() for q in fs]
print(outer())
def gen(xs):
    k = 10
    return sum(x * k for x in xs), [x + k for x in xs], {x: k for x in xs}
print(gen([1, 2]))
for i in range(5):
    if i == 1:
        continue
    if i == 3:
        break
    print(i)
else:
    print("no else")
for i in []:
    pass
else:
    print("else")
n = 3
while n:
    n -= 1
    if n == 1:
        continue
    print("n", n)
else:
    print("while else")
def tries(k):
    try:
        if k == 0:
            return "returned"
        if k == 1:
            raise ValueError("v", 1)
        if k == 2:
            {}["missing"]
        return "fine"
    except ValueError as e:
        return ("value", str(e), e.args)
    except (KeyError, IndexError) as e:
        return ("lookup", str(e), repr(e))
    else:
        return "else"
    finally:
        print("finally", k)
for k in range(4):
    print(tries(k))
def loop_finally():
    out = []
    for i in range(4):
        try:
            if i == 1:
                continue
            if i == 3:
                break
            out.append(i)
        finally:
            out.append("f%d" % i)
    return out
print(loop_finally())
def nested():
    try:
        try:
            1 / 0
        finally:
            print("inner")
    except ZeroDivisionError as e:
        print("outer", e)
        try:
            raise RuntimeError("again") from e
        except RuntimeError as e2:
            print(e2)
    try:
        raise KeyError("k")
    except LookupError as e:
        print("KeyError", e)
nested()
def reraise():
    try:
        try:
            raise ValueError("x")
        except ValueError:
            print("saw")
            raise
    except ValueError as e:
        return str(e)
print(reraise())
def override():
    try:
        return 1
    finally:
        return 2
print(override())
def with_else():
    try:
        pass
    except Exception:
        print("never")
    else:
        print("else ran")
    finally:
        print("and finally")
with_else()
try:
    assert 1 == 2, "message"
except AssertionError as e:
    print("assert", e)
try:
    raise Exception
except Exception as e:
    print(repr(e))
x = 1
def shadow():
    x = 2
    return [x for x in range(3)], x
print(shadow(), x)
print([x for x in range(3)], x)
y = [[a, b] for a in range(2) for b in range(a, 2)]
print(y)
del y
try:
    y
except NameError as e:
    print(e)
def local_unbound():
    try:
        print(zz)
        zz = 1
    except UnboundLocalError as e:
        print(e)
local_unbound()
try:
    f()
except TypeError as e:
    print(e)
try:
    counter(1, 2)
except TypeError as e:
    print(e)
try:
    f(1, c=1, a=2)
except TypeError as e:
    print(e)
try:
    fib(m=1)
except TypeError as e:
    print(e)
def deco(fn):
    def wrapped(*a):
        return ["wrapped", fn(*a)]
    return wrapped

def plain(v):
    return v
print(deco(plain)(3))
a = b = [1]
b += [2]
print(a, a is b)
i = 0
items = [0, 0]
items[i], i = 5, 1
print(items, i)
print(*[1, 2], sep="-", end="!\n")
it = iter([1, 2])
print(next(it), next(it), next(it, "done"))
z = (n * n for n in range(3))
print(next(z), list(z), list(z))
print(isinstance(1, int), isinstance(True, int), isinstance("a", (int, str)), isinstance(1.0, int), isinstance([], list))
if (1, 2): print("one line")
