"""Step 5: stop at Ctrl+C and at SIGTERM."""

import asyncio
import logging
import signal

logging.basicConfig(format="%(message)s", level=logging.INFO)


class Supervisor:
    def __init__(self, restarts, at_once):
        self.tasks = set()
        self.restarts = restarts
        self.limit = asyncio.Semaphore(at_once)
        self.stopping = False

    def start(self, name, function):
        task = asyncio.create_task(self._run(function), name=name)
        self.tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task):
        self.tasks.discard(task)
        if task.cancelled():
            logging.info("%s: cancelled", task.get_name())
        elif error := task.exception():
            logging.error("%s: failed: %r", task.get_name(), error)
        else:
            logging.info("%s: done", task.get_name())

    async def _run(self, function):
        for attempt in range(self.restarts):
            try:
                return await self._limited(function)
            except Exception as error:
                if self.stopping:
                    raise
                name = asyncio.current_task().get_name()
                logging.warning("%s: restarts after %r", name, error)
                await asyncio.sleep(0.5 * 2**attempt)
        return await self._limited(function)

    async def _limited(self, function):
        async with self.limit:
            return await function()

    async def stop(self, seconds):
        self.stopping = True
        try:
            async with asyncio.timeout(seconds):
                while self.tasks:
                    for task in self.tasks:
                        task.cancel()
                    await asyncio.wait(self.tasks)
        except TimeoutError:
            names = sorted(task.get_name() for task in self.tasks)
            logging.error("still running: %s", ", ".join(names))

    async def run(self):
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        wake = loop.call_soon_threadsafe
        for number in (signal.SIGINT, signal.SIGTERM):
            try:
                loop.add_signal_handler(number, stop.set)
            except NotImplementedError:  # Windows
                signal.signal(number, lambda *_: wake(stop.set))
        await stop.wait()
        logging.info("stops at a signal")
        await self.stop(seconds=5)


async def import_mail():
    logging.info("mail: starts")
    try:
        await asyncio.sleep(10)
    finally:
        logging.info("mail: cleans up")
        await asyncio.sleep(0.1)


async def watch_feed():
    logging.info("feed: starts")
    raise ConnectionError("no answer")


async def main():
    supervisor = Supervisor(restarts=2, at_once=5)
    supervisor.start("mail", import_mail)
    supervisor.start("feed", watch_feed)
    # As if the service manager stopped the program:
    loop = asyncio.get_running_loop()
    loop.call_later(0.1, signal.raise_signal, signal.SIGTERM)
    await supervisor.run()


asyncio.run(main())
