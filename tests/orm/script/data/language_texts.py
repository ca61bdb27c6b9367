s = "Hello, Wörld €"
print(len(s), s[0], s[-1], s[1:4], s[::-1], s[::2], s[10:2:-2], s * 2, s + "!")
print(s.upper(), s.lower(), s.title(), s.swapcase(), "hELLO".capitalize(), "ß".upper(), "a b".title())
print("a,b,,c".split(","), " a  b ".split(), "a,b,c".split(",", 1), "a,b,c".rsplit(",", 1), "a\nb\r\nc".splitlines())
print("-".join(["a", "b"]), "  x ".strip(), "xxaxx".strip("x"), "xxa".lstrip("x"), "axx".rstrip("x"))
print("banana".find("an"), "banana".rfind("an"), "banana".index("n"), "banana".count("an"), "banana".find("x"))
print("banana".replace("a", "o"), "banana".replace("a", "o", 2), "aaa".replace("", "-"))
print("abc".startswith("ab"), "abc".endswith(("x", "bc")), "b" in "abc", "x" not in "abc")
print("7".zfill(3), "-7".zfill(4), "a".ljust(3) + "|", "a".rjust(3), "a".center(4, "*"), "ab".center(5, "*"))
print("a=b=c".partition("="), "a=b=c".rpartition("="), "abc".partition("x"), "test.py".removesuffix(".py"), "test".removeprefix("te"))
print("abc".isalpha(), "12".isdigit(), "a1".isalnum(), " ".isspace(), "AB".isupper(), "ab".islower(), "".isalpha())
print(repr("it's"), repr('say "hi"'), repr("both ' and \""), repr("tab\tnl\n\\"), repr("\x00\x7f"), repr("é€😀"))
print("😀x"[0], len("😀x"), "a😀b"[1:], list("a😀"), "😀" < "\uffff")
print(r"\n", "\x41\u00e9", """multi
line""", 'a' 'b')
print(f"{1 + 1} {s!r} {3.14159:.2f} {42:>6}|{42:<6}|{42:^6}|{42:06d} {'x':*^5} {255:#x} {1234567:,} {0.25:.1%}")
w = 8
print(f"{3.14159:{w}.{2}f}|{'abc':{w}}|{s[:5]!s:>{w}}")
print(f"{{}} {'nested ' + f'{1}'}")
print("{} {}".format(1, "a"), "{1} {0}".format("a", "b"), "{x:>5}".format(x=3), "{0[1]} {0[0]}".format([1, 2]), "{:{}}".format("a", 4) + "|")
print("%s %d %5.2f %x %-5s| %05d %%" % ("a", 3, 2.5, 255, "l", 42), "%(k)s" % {"k": 1}, "%r" % "q", "%s" % 5, "%e" % 12345.678)
print(format(1234.5, ",.2f"), format(5, "b"), format(-5, "+d"), format(5, "+"), format(1e10, "g"), format(0.00001, "g"), format(1.0, ".3g"))
print(format(12345.678, "e"), format(12345.678, ".0f"), format(2.5, ".0f"), format(1234567.891, "_"), format(-1.5, "08.2f"))
print(f"{1e20}", f"{1e20:f}", f"{123.0:.3}", f"{1234567.0:.3}", f"{True}", f"{None}", f"{True:d}", f"{12:o}", f"{12:X}", f"{97:c}")
print("abc" < "abd", "a" < "B", "abc" == "abc", max("abc"), sorted("hello"))
print(str(None), str(True), str(1.0), str([1, "a"]), str({"a": 1}), str(()), str((1,)))
print(b"abc", b"\x00\xff", b"abc" + b"d", b"abc"[0], b"abc"[1:], len(b"abc"), b"a" in b"abc", "é".encode(), b"\xc3\xa9".decode())
print("a" "b" f"{1}" "c", "Straße".casefold())
for bad in range(1):
    try:
        "a" + 1
    except TypeError as e:
        print(e)
    try:
        "abc"[10]
    except IndexError as e:
        print(e)
    try:
        "abc".index("z")
    except ValueError as e:
        print(e)
    try:
        f"{'a':d}"
    except ValueError as e:
        print(e)
    try:
        "abc"["a"]
    except TypeError as e:
        print(e)
