"""Create a task in the __init__ of a class."""

import asyncio


class Connection:
    def __init__(self):
        self.task = asyncio.create_task(self.listen())

    async def listen(self):
        await asyncio.sleep(0.05)
        print("message received")


async def main():
    connection = Connection()
    print("connection made")
    await connection.task


asyncio.run(main())
