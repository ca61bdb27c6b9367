import asyncio
async def val(x, d=0):
    await asyncio.sleep(d)
    return x
async def boom(d=0, msg='boom'):
    await asyncio.sleep(d)
    raise ValueError(msg)
log = []
async def worker(name, d):
    try:
        log.append(f'{name} start')
        await asyncio.sleep(d)
        log.append(f'{name} end')
        return name
    except asyncio.CancelledError:
        log.append(f'{name} cancelled')
        raise
    finally:
        log.append(f'{name} finally')
def flush():
    print(log)
    log.clear()
async def main():
    t = asyncio.create_task(val(1), name='first')
    print(t.get_name(), t.done(), t.cancelled())
    t.set_name('renamed'); print(t.get_name())
    print(await t, t.done(), t.result(), t.exception())
    t = asyncio.create_task(boom())
    try:
        await t
    except ValueError as e:
        print('caught', e, t.exception(), t.done(), t.cancelled())
    t = asyncio.create_task(val(1, 5))
    try:
        t.result()
    except asyncio.InvalidStateError as e:
        print('invalid', e)
    print(t.cancel(), t.cancelled())
    try:
        await t
    except asyncio.CancelledError:
        print('cancelled', t.cancelled(), t.done(), t.cancel())
    done_log = []
    def cb(task): done_log.append((task.get_name(), task.result()))
    t = asyncio.create_task(val(5), name='cb'); t.add_done_callback(cb)
    await t
    await asyncio.sleep(0)
    print(done_log)
    print(asyncio.current_task() is not None, asyncio.current_task().get_name() != '')
    print(await asyncio.gather(val(1), val(2, 0.01), boom(), return_exceptions=True))
    try:
        await asyncio.gather(worker('a', 0.05), boom(0.01))
    except ValueError as e:
        print('gather', e)
    await asyncio.sleep(0.06); flush()
    done, pending = await asyncio.wait([asyncio.create_task(val(1)), asyncio.create_task(val(2, 5))], timeout=0.02)
    print(len(done), len(pending), [t.result() for t in done])
    for t in pending: t.cancel()
    done, pending = await asyncio.wait([asyncio.create_task(val(1)), asyncio.create_task(val(2, 5))], return_when=asyncio.FIRST_COMPLETED)
    print(len(done), len(pending)); [t.cancel() for t in pending]
    done, pending = await asyncio.wait([asyncio.create_task(boom()), asyncio.create_task(val(2, 5))], return_when=asyncio.FIRST_EXCEPTION)
    print(len(done), len(pending), [str(t.exception()) for t in done]); [t.cancel() for t in pending]
    done, pending = await asyncio.wait([asyncio.create_task(val(i)) for i in range(3)])
    print(sorted(t.result() for t in done), pending)
    out = []
    for f in asyncio.as_completed([val('slow', 0.03), val('fast', 0.01), val('mid', 0.02)]):
        out.append(await f)
    print(out)
    try:
        await asyncio.wait_for(worker('w', 1), 0.01)
    except asyncio.TimeoutError:
        print('timeout')
    flush()
    try:
        async with asyncio.timeout(0.01):
            await worker('t', 1)
    except TimeoutError as e:
        print('timeout', repr(e))
    flush()
    async with asyncio.timeout(1) as cm:
        await asyncio.sleep(0)
    print(cm.expired())
    async with asyncio.timeout(None):
        print('no timeout')
    inner = asyncio.create_task(worker('sh', 0.03))
    try:
        await asyncio.wait_for(asyncio.shield(inner), 0.01)
    except asyncio.TimeoutError:
        print('shielded', inner.done())
    print(await inner); flush()
    lock = asyncio.Lock()
    async def locked(n):
        async with lock:
            log.append(f'in {n}')
            await asyncio.sleep(0.005)
            log.append(f'out {n}')
    await asyncio.gather(locked(1), locked(2), locked(3)); flush()
    print(lock.locked(), await lock.acquire(), lock.locked()); lock.release(); print(lock.locked())
    try:
        lock.release()
    except RuntimeError as e:
        print(e)
    ev = asyncio.Event()
    async def waiter(n):
        await ev.wait(); log.append(n)
    ws = [asyncio.create_task(waiter(i)) for i in range(3)]
    await asyncio.sleep(0); print(ev.is_set()); ev.set(); await asyncio.gather(*ws); print(ev.is_set()); ev.clear(); flush()
    sem = asyncio.Semaphore(2); active = 0; most = 0
    async def limited():
        nonlocal active, most
        async with sem:
            active += 1; most = max(most, active)
            await asyncio.sleep(0.005)
            active -= 1
    await asyncio.gather(*[limited() for _ in range(6)]); print('most', most, sem.locked())
    bs = asyncio.BoundedSemaphore(1)
    try:
        bs.release()
    except ValueError as e:
        print(e)
    cond = asyncio.Condition(); ready = False
    async def consumer(n):
        async with cond:
            await cond.wait_for(is_ready)
            log.append(f'c{n}')
    def is_ready(): return ready
    cs = [asyncio.create_task(consumer(i)) for i in range(2)]
    await asyncio.sleep(0)
    async with cond:
        ready = True; cond.notify_all()
    await asyncio.gather(*cs); flush()
    try:
        cond.notify()
    except RuntimeError as e:
        print(e)
    q = asyncio.Queue(maxsize=2)
    async def producer():
        for i in range(5):
            await q.put(i); log.append(f'put {i}')
        await q.put(None)
    async def eater():
        while True:
            x = await q.get()
            q.task_done()
            if x is None: break
            log.append(f'got {x}')
    await asyncio.gather(producer(), eater()); print(sorted(log)); log.clear()
    print(q.empty(), q.full(), q.qsize(), q.maxsize)
    await q.join()
    q.put_nowait(1); q.put_nowait(2)
    try:
        q.put_nowait(3)
    except asyncio.QueueFull as e:
        print(repr(e))
    print(q.get_nowait(), q.get_nowait())
    try:
        q.get_nowait()
    except asyncio.QueueEmpty as e:
        print(repr(e))
    pq = asyncio.PriorityQueue(); [pq.put_nowait(x) for x in [3, 1, 2]]; print([pq.get_nowait() for _ in range(3)])
    lq = asyncio.LifoQueue(); [lq.put_nowait(x) for x in [3, 1, 2]]; print([lq.get_nowait() for _ in range(3)])
    try:
        q.task_done(); q.task_done(); q.task_done(); q.task_done()
    except ValueError as e:
        print(e)
    async with asyncio.TaskGroup() as tg:
        a = tg.create_task(val('x', 0.01)); b = tg.create_task(val('y'))
    print(a.result(), b.result())
    try:
        async with asyncio.TaskGroup() as tg:
            tg.create_task(boom(0.01, 'one')); tg.create_task(worker('tg', 1))
            await asyncio.sleep(1)
    except* ValueError as eg:
        print('group', eg.exceptions, repr(eg), str(eg))
    flush()
    try:
        async with asyncio.TaskGroup() as tg:
            tg.create_task(boom(0, 'one')); tg.create_task(boom(0, 'two'))
    except ExceptionGroup as eg:
        print(eg.message, [str(e) for e in eg.exceptions], eg)
    try:
        async with asyncio.TaskGroup() as tg:
            tg.create_task(val(1))
            raise KeyError('body')
    except* KeyError as eg:
        print(eg.exceptions)
    try:
        raise ExceptionGroup('eg', [ValueError(1), TypeError(2), ExceptionGroup('n', [ValueError(3)])])
    except* ValueError as e:
        print('V', e.exceptions)
    except* TypeError as e:
        print('T', e.exceptions)
    try:
        try:
            raise ExceptionGroup('eg', [ValueError(1), OSError(2)])
        except* ValueError:
            print('only value')
    except ExceptionGroup as e:
        print('rest', e.exceptions)
    try:
        raise ValueError('naked')
    except* ValueError as e:
        print(repr(e))
    t = asyncio.create_task(worker('z', 1))
    await asyncio.sleep(0.001)
    t.cancel()
    print(await asyncio.gather(t, return_exceptions=True)); flush()
    async def stubborn():
        try:
            await asyncio.sleep(1)
        except asyncio.CancelledError:
            return 'survived'
    t = asyncio.create_task(stubborn()); await asyncio.sleep(0); t.cancel(); print(await t, t.cancelled())
    f = asyncio.get_running_loop().create_future()
    async def setter(): f.set_result(42)
    asyncio.create_task(setter()); print(await f, f.done())
    f = asyncio.Future(); f.set_exception(ValueError('fx'))
    try:
        await f
    except ValueError as e:
        print(e)
    print(asyncio.iscoroutinefunction(val), asyncio.iscoroutinefunction(flush))
    t = asyncio.ensure_future(val(3)); print(await t)
    print(await asyncio.to_thread(sum, [1, 2, 3]))
    print([await val(i) for i in range(3)], {i: await val(i) for i in range(2)})
    order = []
    async def step(n):
        for i in range(3):
            order.append((n, i)); await asyncio.sleep(0)
    await asyncio.gather(step('a'), step('b')); print(order)
    try:
        await asyncio.wait_for(boom(), 1)
    except ValueError as e:
        print('through', e)
    try:
        await 5
    except TypeError as e:
        print(e)
    try:
        asyncio.gather(5)
    except TypeError as e:
        print(e)
    return 'done'
print(asyncio.run(main()))
