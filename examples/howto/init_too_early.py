"""Try to make the object before an event loop runs."""

import asyncio


class Connection:
    def __init__(self):
        self.task = asyncio.create_task(self.listen())

    async def listen(self):
        await asyncio.sleep(0.05)
        print("message received")


async def main():
    print("connection made")
    await connection.task


try:
    connection = Connection()
    asyncio.run(main())
except RuntimeError as error:
    print("failed:", error)
