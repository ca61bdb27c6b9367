from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID
d = date(2021, 3, 4)
print(d, repr(d), d.year, d.month, d.day, d.weekday(), d.isoweekday(), d.isoformat(), d + timedelta(days=30), d - date(2021, 1, 1))
t = datetime(2021, 3, 4, 5, 6, 7, 89)
print(t, repr(t), t.date(), t.time(), t.hour, t.microsecond, t - timedelta(hours=6), t.isoformat(), t.replace(year=2020, microsecond=0))
print(t.strftime("%Y-%m-%d %H:%M:%S %j %a %A %b %B %p %I %y %f %%"), f"{t:%d.%m.%Y}", f"{d:%B %d}", format(t, "%H:%M"))
print(time(1, 2), repr(time(1, 2, 3)), time(13, 5).strftime("%I:%M %p"), datetime(2021, 1, 1) < datetime(2021, 1, 2), date(2021, 1, 1) == date(2021, 1, 1))
td = timedelta(days=1, hours=2, minutes=3, seconds=4, microseconds=5)
print(td, repr(td), td.days, td.seconds, td.microseconds, td.total_seconds(), td * 2, td / 2, -td, td + td, td // 2, abs(-td), td > timedelta(1))
print(timedelta(seconds=90), timedelta(days=-1), timedelta(weeks=1, milliseconds=5), timedelta(hours=1) / timedelta(minutes=30), timedelta(0), bool(timedelta(0)))
print(datetime.combine(d, time(1)), datetime.fromisoformat("2021-01-02T03:04:05"), date.fromisoformat("2021-01-02"), datetime.min, date.max)
a = Decimal("1.10")
print(a, repr(a), a + 1, a * Decimal("2.5"), a / 3, a - Decimal("0.1"), a // 1, a % 1, -a, abs(-a), a == Decimal("1.1"), a < 2, a > 1.05)
print(Decimal(1) / Decimal(7), Decimal("1E+3"), Decimal("1E-8"), Decimal(0.5), Decimal("100").quantize(Decimal("0.01")), round(Decimal("2.675"), 2), int(Decimal("3.9")), float(a))
print(f"{a:.3f} {Decimal('1234.5'):,.2f} {Decimal('0.5'):.0%}", sum([Decimal("0.1")] * 3), max(Decimal(1), Decimal(2)), str(Decimal("1.50")), Decimal("1.50").normalize())
u = UUID("12345678123456781234567812345678")
print(u, repr(u), u.hex, u == UUID("12345678-1234-5678-1234-567812345678"))
for bad in range(6):
    try:
        if bad == 0:
            date(2021, 2, 30)
        elif bad == 1:
            datetime(2021, 13, 1)
        elif bad == 2:
            a + 1.5
        elif bad == 3:
            d + 1
        elif bad == 4:
            d < t.time()
        else:
            Decimal("x")
    except ValueError as e:
        print("value", e)
    except TypeError as e:
        print("type", e)
    except Exception as e:
        print("other", e)
