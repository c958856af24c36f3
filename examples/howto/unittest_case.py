"""Test code that creates tasks, with unittest."""

import asyncio
import logging
import unittest


async def add(first, second):
    await asyncio.sleep(0.01)
    return first + second


class AddTest(unittest.IsolatedAsyncioTestCase):
    async def test_tasks_run_in_a_test(self):
        task = asyncio.create_task(add(1, 2))
        assert await task == 3

    async def test_that_fails(self):
        assert await add(1, 1) == 3


if __name__ == "__main__":
    # Debug mode logs each step that a busy machine delays.
    logging.disable(logging.WARNING)
    # unittest.main() prints more, and how long it took.
    tests = unittest.defaultTestLoader.loadTestsFromTestCase(AddTest)
    result = unittest.TestResult()
    tests.run(result)
    print("run:", result.testsRun)
    for test, _ in result.failures:
        print("failed:", test)
