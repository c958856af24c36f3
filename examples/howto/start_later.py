"""Make the object anywhere, and start its task later."""

import asyncio


class Connection:
    def start(self):
        self.task = asyncio.create_task(self.listen())

    async def listen(self):
        await asyncio.sleep(0.05)
        print("message received")


async def main():
    connection.start()
    print("task started")
    await connection.task


connection = Connection()
print("connection made")
asyncio.run(main())
