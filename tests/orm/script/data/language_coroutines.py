import asyncio
async def work(name, delay, result=None):
    print("start", name)
    await asyncio.sleep(delay)
    print("end", name)
    return result or name
async def inner():
    return 5
async def fails(delay):
    await asyncio.sleep(delay)
    raise ValueError("failed")
async def main():
    print(await inner(), await work("a", 0))
    print(await asyncio.gather(work("b", 0.03), work("c", 0.01), inner()))
    t1 = asyncio.create_task(work("d", 0.02))
    t2 = asyncio.create_task(work("e", 0.01))
    print("made", t1.done())
    print(await t1, await t2, t1.done(), t1.result())
    try:
        await asyncio.gather(fails(0.01), work("f", 0.02))
    except ValueError as e:
        print("caught", e)
    print(await asyncio.gather(fails(0), inner(), return_exceptions=True))
    try:
        await asyncio.wait_for(work("slow", 5), timeout=0.02)
    except asyncio.TimeoutError:
        print("timeout")
    print(await asyncio.wait_for(inner(), 1))
    t = asyncio.create_task(work("never", 5))
    await asyncio.sleep(0)
    t.cancel()
    try:
        await t
    except asyncio.CancelledError:
        print("cancelled", t.cancelled())
    async with asyncio.TaskGroup() as tg:
        x = tg.create_task(work("g", 0.02))
        y = tg.create_task(work("h", 0.01))
    print(x.result(), y.result())
    try:
        async with asyncio.TaskGroup() as tg:
            tg.create_task(fails(0.01))
            tg.create_task(work("i", 5))
    except ExceptionGroup as e:
        print(e, [str(one) for one in e.exceptions])
    async def steps(name, n):
        for i in range(n):
            print(name, i)
            await asyncio.sleep(0)
        return n
    print(await asyncio.gather(steps("x", 3), steps("y", 2)))
    c = inner()
    print(await c)
    try:
        await c
    except RuntimeError as e:
        print(e)
    async def cleanup():
        try:
            await asyncio.sleep(5)
        finally:
            print("cleaned")
    t = asyncio.create_task(cleanup())
    await asyncio.sleep(0.01)
    t.cancel()
    print(len(await asyncio.gather(t, return_exceptions=True)), t.cancelled())
    print([await work(k, 0) for k in "jk"], await asyncio.sleep(0.001, "slept"))
    try:
        await 5
    except TypeError as e:
        print(e)
asyncio.run(main())
