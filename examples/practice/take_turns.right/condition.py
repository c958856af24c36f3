"""Wait until the other one has had its turn."""

import asyncio

turns = asyncio.Condition()
next_word = "counted"


async def repeat(word, other):
    global next_word
    for number in (1, 2, 3):
        async with turns:
            while next_word != word:
                await turns.wait()
            print(word, number)
            next_word = other
            turns.notify_all()


async def main():
    await asyncio.gather(repeat("counted", "watched"), repeat("watched", "counted"))


asyncio.run(main())
