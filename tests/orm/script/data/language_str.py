print('hello WORLD foo-bar it\'s'.title(), 'Hello World'.istitle(), 'Hello world'.istitle(), ''.istitle())
print('A1b'.istitle(), 'A1B'.istitle(), '123'.istitle())
print('a\tb\tcc\tddd'.expandtabs(), repr('01\t012\t0123\n\tx'.expandtabs(4)), repr('a\tb'.expandtabs(0)))
print('a\tb'.expandtabs(tabsize=3))
print('abc'.center(10, '*'), 'abc'.ljust(6, '.'), 'abc'.rjust(6), '-42'.zfill(6), '+4'.zfill(5), 'x'.zfill(3))
print('a,b,,c'.split(','), 'a b  c '.split(), ' a b  c '.split(None, 1), 'a,b,c'.rsplit(',', 1), '  a b c'.rsplit(None, 1))
print('a\nb\r\nc\n'.splitlines(), 'a\nb\r\nc'.splitlines(True))
print('abcabc'.find('c'), 'abcabc'.rfind('c'), 'abcabc'.index('b', 2), 'aaaa'.count('aa'), 'abc'.count(''))
print('abcabc'.find('c', -2), 'abc'.rindex('b'))
try:
    'abc'.index('z')
except ValueError as e:
    print(e)
print('a-b-c'.partition('-'), 'abc'.partition('-'), 'a-b-c'.rpartition('-'), 'abc'.rpartition('-'))
print('Straße'.casefold(), 'ß'.upper(), 'ÀÉ'.lower(), 'abc'.capitalize(), 'ABC dEF'.capitalize(), 'aBc'.swapcase())
print('abc'.isalpha(), 'a1'.isalnum(), '12'.isdigit(), '1.2'.isdecimal(), '½'.isnumeric(), '²'.isdigit())
print(' \t'.isspace(), 'ab'.islower(), 'AB'.isupper(), 'a b'.isidentifier(), 'ab_1'.isidentifier())
print('é'.isascii(), ''.isascii(), 'ab\n'.isprintable())
print('xxabcxx'.strip('x'), 'xxabcxx'.lstrip('x'), 'xxabcxx'.rstrip('x'), repr('  a '.strip()), 'www.example.com'.strip('cmowz.'))
print('TestHook'.removeprefix('Test'), 'MiscTests'.removesuffix('Tests'), 'ab'.removeprefix('x'))
print('abc'.replace('b', 'xx'), 'aaa'.replace('a', 'b', 2), 'abc'.replace('', '-'))
print('abc'.startswith(('x', 'a')), 'abc'.endswith('bc'), 'abc'.startswith('b', 1), 'abc'.endswith(('x',), 0, 2))
print('-'.join(['a', 'b']), ''.join(x for x in 'abc'), ','.join({'k': 1}))
try:
    ','.join(['a', 1])
except TypeError as e:
    print(e)
print('abc'.translate({97: 'X', 98: None, 99: 100}), 'hello'.translate(str.maketrans('el', 'ip')))
print('abc'.translate(str.maketrans({'a': '1'})), 'abc'.translate(str.maketrans('a', 'b', 'c')))
print('{} {}'.format(1, 'a'), '{1} {0}'.format(1, 2), '{a:>5}|{b:<5}|{c:^5}'.format(a=1, b=2, c=3))
print('{0[1]} {0[0]}'.format([1, 2]), '{x[k]}'.format(x={'k': 3}), '{:{w}.{p}f}'.format(3.14159, w=10, p=2))
print('{{}}'.format())
print('%(a)s-%(b)03d' % {'a': 1, 'b': 2}, '%s' % (1,), '%s' % [1, 2], '%X %#x %#o' % (255, 255, 8))
print('%.3s|%10.4s|' % ('abcdef', 'abcdef'), '%i' % 3.9, '%g %G' % (1e10, 1e-10), '%*d' % (5, 3))
try:
    print('%d' % 'a')
except TypeError as e:
    print(e)
try:
    print('%s %s' % ('a',))
except TypeError as e:
    print(e)
try:
    print('%s' % ('a', 'b'))
except TypeError as e:
    print(e)
print('abcdef'[1:4], 'abcdef'[::-1], 'abcdef'[-3:], 'abcdef'[::2], 'abcdef'[5:1:-2], 'abc'[10:], repr('abc'[2:1]))
try:
    'abc'[5]
except IndexError as e:
    print(e)
print('a' * 3, 3 * 'ab', 'a' * -1, 'a' + 'b', 'b' in 'abc', 'a' < 'b', 'Z' < 'a', 'abc' < 'abd', min('hello'))
print(max('hello'))
print(repr('a\'b'), repr("a'b\"c"), repr('\n\t\\\x00\x7f\xe9\u200b\U0001f600'), ascii('é😀'), repr('\x1b'))
print(repr('\xa0'), repr('\xad'))
print(len('é😀'), ord('😀'), chr(128512), 'é'.encode(), 'é'.encode('latin-1'), b'\xc3\xa9'.decode())
print(str(b'ab', 'utf-8'), b'ab'.hex(), bytes.fromhex('6162'))
try:
    b'\xff'.decode()
except UnicodeDecodeError as e:
    print('UnicodeDecodeError')
except ValueError as e:
    print('UnicodeDecodeError')
print(str(None), str(True), str(1.0), str(1e100), str(1e16), str(1e15), str(123456789012345678), str(0.1 + 0.2))
print(str(-0.0), str(float('nan')), str(float('inf')), str([1, 'a', None]), str((1,)), str({'a': 1}))
print(str(set()), str({1}), str(range(3)), str(range(1, 10, 2)))
for spec in ['', '5', '<5', '>5', '^5', '*^9', '05', '+', '-', ' ', ',', '_', 'd', 'b', 'o', 'x', 'X', '#b', '#x', '#o', 'e', '.2f', '%', 'g', 'n', 'c', '=+6', '0>6', '#010x', '_b', ',d', '010,', '_x']:
    try:
        print(spec, '|', format(1234, spec), '|', format(-65, spec) if spec != 'c' else '')
    except (ValueError, OverflowError) as e:
        print(spec, e)
for spec in ['', '.3', '10', '<10', '.0f', '.2f', ',.2f', '+.1f', 'e', '.2e', 'E', 'g', '.3g', 'G', '%', '.1%', '010.3f', '_.2f', '#.0f', 'n', '10.4', '+', ' ', '=10', '^12.1f', '*>10.2f', 'F']:
    for v in (1234.5678, -0.00012, 1e20, 0.0, float('inf')):
        try:
            print(spec, '|', format(v, spec), end=' ; ')
        except ValueError as e:
            print(spec, e, end=' ; ')
    print()
for spec in ['', '10', '<10', '>10', '^10', '.2', '*^10.3', 's', '10s', '05']:
    print(spec, '|' + format('abcd', spec) + '|')
for spec in ['d', '+', ',', '=5', '.2f']:
    try:
        print(format('a', spec))
    except ValueError as e:
        print(e)
try:
    print(format([1], '5'))
except TypeError as e:
    print(e)
print(f'{1!r:>5} {"a"!r} {1 + 2} {3:{4}} {[1, 2][0]} {{}} {"x":>{3}}', f'{3.0}', f'{1e3:g}', f"{'a' if True else 'b'}")
print(f'{2=}', f'{1 + 1 = }', f'{"é"!a}', f'{12345.678:,.1f}', f'{255:#06x}', f'{True}', f'{True:d}')
print(f'{None}', f'{None!s:>6}')
print("tab\there", r'raw\n', 'con' 'cat', '''multi
line''', '\101', '\x41', '\u0041')
print('a'.isupper(), 'A1'.isupper(), ''.isupper(), '1'.islower(), 'ǅ'.istitle(), 'They\'re Bill\'s'.istitle())
print("they're bill's".title())
print('abc' 'def', 'ab' == "ab", 'a' is not None, sorted('hello'), list('abc'), tuple('ab'), set('a'))
print(','.join(sorted(['b', 'A', 'a', 'B'])), sorted(['b', 'A', 'a', 'B'], key=str.lower), sorted(['bb', 'a', 'ccc'], key=len, reverse=True))
print('one two'.split(sep=' '), 'a.b'.split('.', maxsplit=-1), ''.split(), ''.split(','), ' '.join([]))
try:
    'a'.split('')
except ValueError as e:
    print(e)
