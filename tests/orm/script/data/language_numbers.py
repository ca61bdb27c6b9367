print(1 + 2, 7 // 2, -7 // 2, 7 % -3, -7 % 3, 7 / 2, 2 ** 10, 2 ** -1, 2 ** 0.5)
print(10 ** 30, -(10 ** 30), 10 ** 30 // 7, 10 ** 30 % 7, -(10 ** 30) // 7, (10 ** 30) % -7)
print(9223372036854775807 + 1, -9223372036854775808 - 1, 9223372036854775807 * 2, -9223372036854775808 // -1)
print(1.0, 1e16, 1e15, 1e-5, 0.0001, 1e22, 123456789.123456789, -0.0, 1e300 * 1e10, float("nan"))
print(0.1 + 0.2, 1 / 3, 100 / 3, 5 // 0.3, -5 % 0.3, 5.5 // 1, 1e308 * 10)
print(True + True, True & False, True | 1, 5 & 3, 5 | 3, 5 ^ 3, ~5, 1 << 70, (1 << 70) >> 68, -1 >> 3)
print(1 == 1.0, 1 == True, 1 < 2.5, 2 ** 70 > 1e20, 3 != 3.0)
print(round(2.5), round(3.5), round(2.675, 2), round(-0.5), round(1234, -2), round(1250, -2), round(1.5), round(2.345, 1))
print(abs(-3), abs(-2.5), divmod(7, 2), divmod(-7, 2), divmod(7.5, 2), pow(2, 8), sum([1, 2, 3]), sum([0.1] * 3))
print(int("12"), int("-0x1f", 16), int(" 7 "), int("1_000"), int(3.99), int(-3.99), int("ff", 16), int("0b101", 0), float("1e3"), float(" 2.5 "))
print(min(3, 1, 2), max([3, 1, 2]), min("b", "a"), max([1, 5, 3], key=abs), min([], default=None))
print(int(1e20), int("9" * 30), str(10 ** 25), repr(2 ** 64), bool(0), bool(0.0), bool(10 ** 30))
print(0x1F, 0o17, 0b101, 1_000_000, 1e3, .5, 5., 1.5e-7)
print(3 if 1 > 2 else 4, 1 < 2 < 3, 1 < 3 < 2, 1 == 1 != 2, not 1, not 0)
print(ord("a"), chr(8364), chr(128512))
for text in ["1 / 0", "1 // 0", "1 % 0", "1.0 // 0"]:
    print(text)
try:
    1 / 0
except ZeroDivisionError as e:
    print(e)
try:
    1 // 0
except ZeroDivisionError as e:
    print(e)
try:
    1.0 % 0
except ZeroDivisionError as e:
    print(e)
try:
    int("x")
except ValueError as e:
    print(e)
try:
    1 + "a"
except TypeError as e:
    print(e)
try:
    1 < "a"
except TypeError as e:
    print(e)
x = 5
x += 2; x *= 3; x -= 1; x //= 2; x **= 2; x %= 7; x <<= 3; x |= 1; x ^= 2; x &= 15; x >>= 1
print(x)
