from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal, InvalidOperation
d = date(2024, 2, 29)
print(d, repr(d), d.year, d.month, d.day, d.weekday(), d.isoweekday(), d.isoformat(), d.isocalendar())
print(d.isocalendar()[1], d.isocalendar().week, d.toordinal(), date.fromordinal(738000), date.fromisoformat('2024-01-02'))
print(d.replace(year=2023, day=1), d.strftime('%d/%m/%y %A %B %j %U %W %a %b'), f'{d:%Y}', d + timedelta(days=1))
print(d - timedelta(weeks=1), d - date(2024, 1, 1), d > date(2023, 1, 1), date.min, date.max, d.ctime())
for bad in range(5):
    try:
        if bad == 0: date(2023, 2, 29)
        if bad == 1: date(2023, 13, 1)
        if bad == 2: date.fromisoformat('x')
        if bad == 3: date.max + timedelta(days=1)
        if bad == 4: date(0, 1, 1)
    except (ValueError, OverflowError) as e:
        print(repr(e))
dt = datetime(2024, 3, 10, 14, 5, 6, 789)
print(dt, repr(dt), dt.date(), dt.time(), dt.hour, dt.minute, dt.second, dt.microsecond, dt.isoformat())
print(dt.isoformat(' ', 'seconds'), dt.isoformat(timespec='milliseconds'), dt.replace(hour=0, microsecond=0))
print(dt + timedelta(hours=10), dt - datetime(2024, 1, 1), dt.strftime('%Y-%m-%dT%H:%M:%S.%f %p %I'))
print(datetime.fromisoformat('2024-01-02T03:04:05'), datetime.strptime('2024-05-06 07:08', '%Y-%m-%d %H:%M'))
print(datetime.combine(d, time(1, 2)), dt.weekday(), dt.isocalendar(), dt == datetime(2024, 3, 10, 14, 5, 6, 789))
print(dt.ctime(), dt.toordinal())
t = time(3, 4, 5, 600)
print(t, repr(t), time(1, 2), repr(time(1, 2)), t.isoformat(), time.fromisoformat('01:02:03'), t.replace(hour=9))
print(t < time(4), t.strftime('%H-%M'), time.min, time.max)
td = timedelta(days=1, hours=2, minutes=3, seconds=4, milliseconds=5, microseconds=6)
print(td, repr(td), td.days, td.seconds, td.microseconds, td.total_seconds(), -td, abs(-td), td * 2)
print(td / 2, td // 2, td / timedelta(hours=1), td // timedelta(hours=1), td % timedelta(hours=1))
print(td + timedelta(1), td > timedelta(0), timedelta(0), timedelta(days=-1, seconds=5), timedelta(weeks=1))
print(timedelta(seconds=0.5), timedelta(microseconds=1), divmod(td, timedelta(hours=5)), bool(timedelta(0)))
print(timedelta(hours=25), sum([timedelta(1), timedelta(2)], timedelta()), repr(timedelta()), repr(timedelta(-1)))
print(timedelta(days=1.5), td * 1.5)
u = datetime(2024, 1, 1, tzinfo=timezone.utc)
print(u, repr(u), u.isoformat(), u.replace(tzinfo=None), u.timestamp())
try:
    u - dt
except TypeError as e:
    print(e)
try:
    u < dt
except TypeError as e:
    print(e)
try:
    d + 1
except TypeError as e:
    print(e)
print(sorted([date(2024, 1, 2), date(2023, 1, 1)]), max(date(2024, 1, 1), date(2024, 1, 2)), {date(2024, 1, 1): 1}[date(2024, 1, 1)])
print(datetime(2024, 1, 1) in [datetime(2024, 1, 1)], d == dt)
a, b = Decimal('1.10'), Decimal('3')
print(a, repr(a), a + b, a - b, a * b, a / b, a // b, a % b, a ** 2, -a, abs(-a), a < b, a == Decimal('1.1'))
print(a == 1.1, Decimal(1.1), Decimal(5), a + 1, 1 + a, a * 2, round(a, 1), round(Decimal('2.5')))
print(round(Decimal('3.5')), int(a), float(a), str(a), bool(Decimal(0)), Decimal('1E+3'), Decimal('1e-10'))
print(Decimal('0.00'), Decimal('-0'), Decimal('NaN'), Decimal('Infinity'), Decimal('100').normalize())
print(Decimal('1.200').normalize(), Decimal('123.456').quantize(Decimal('0.01')), Decimal('2.675').quantize(Decimal('0.01')))
print(Decimal('2.5').to_integral_value(), Decimal('1.5') > 1, max(a, b), sum([a, b]), sorted([b, a]))
print(hash(Decimal('1.0')) == hash(1), Decimal(10) / 3, Decimal(1) / 7, Decimal('1.23').as_tuple())
print(divmod(Decimal(7), 2), Decimal('-7') % 3, Decimal('-7') // 3, Decimal('12345678901234567890.12345678901') + 1)
for spec in ['', '.2f', '10', '>10.1f', ',', ',.2f', 'e', '.3e', 'g', '.1%', '+', '05', '010.2f', 'f', 'n']:
    try:
        print(spec, format(Decimal('1234.5678'), spec), format(Decimal('-0.5'), spec), sep='|')
    except ValueError as e:
        print(spec, e)
for bad in range(6):
    try:
        if bad == 0: Decimal('x')
        if bad == 1: Decimal(1) / 0
        if bad == 2: a + 1.5
        if bad == 3: Decimal(0) / 0
        if bad == 4: a + 'x'
        if bad == 5: Decimal(1) % 0
    except (InvalidOperation, ZeroDivisionError) as e:
        print(bad, 'decimal error')
    except TypeError as e:
        print(e)
from uuid import UUID
x = UUID('12345678-1234-5678-1234-567812345678')
print(x, repr(x), x.hex, x == UUID('{12345678123456781234567812345678}'), str(x)[:8])
try:
    UUID('x')
except ValueError as e:
    print(e)
print(b'abc', b'abc'[0], b'abc'[1:], b'a' + b'b', b'a' * 2, b'abc' == b'abc', bytes([65, 66]), len(b'abc'))
print(b'\x00\xff\n', list(b'ab'), b'a' in b'abc', b'abc'.decode('ascii'))
print(0.1, 1/3, 1e22, 1e21, 123456789.123456789, 1e-5, 0.0001, 5e-324, 1.7976931348623157e308, 100.0)
print(1e16, 9007199254740993.0, float('1_000.5'), 3.0 == 3, 0.1 + 0.2 == 0.3, round(0.1 + 0.2, 2))
print(1.0 // 0.1, -1.5 // 1, 2.5 % 1, float(10 ** 22), 1e400, -1e400, 7.0 / 3.0, 22 / 7)
print(2 ** 100, -2 ** 63, 2 ** 63, 10 ** 18 * 10, 123456789 ** 3, (2 ** 70) // (2 ** 60), (2 ** 70) % 1000)
print(-(2 ** 70) // 3, 2 ** 70 > 2 ** 69, int('123456789012345678901234567890'), hex(2 ** 70), 2 ** 70 & 0xff)
print(~(2 ** 70), 2 ** 70 >> 65, float(2 ** 70), 2 ** 70 / 2 ** 69, 2 ** 70 == 2.0 ** 70, divmod(10 ** 30, 7))
print(f'{2 ** 70:,}', f'{10 ** 20:e}', str(-10 ** 20), abs(-2 ** 70), round(10 ** 20, -19))
