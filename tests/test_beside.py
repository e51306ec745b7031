"""What scripts ask for beside the queue: so much at a time, and the rest is told to come again."""

import asyncio
import gc
import threading
import weakref

import numpy as np
from loop import finished
from pages import Request

from face2music.errors import PictureError
from face2music.page.beside import Places


def test_so_much_is_done_at_a_time_and_more_than_may_wait_is_told_to_come_again():
    now, most, two = [0], [0], threading.Barrier(2, timeout=60)

    def answer(said):
        now[0] += 1
        two.wait()  # for another, which comes as well
        most[0] = max(most[0], now[0])
        two.wait()
        now[0] -= 1
        return said

    async def ask():
        asked = Places(2, 4).server(answer)
        return await asyncio.gather(*(asked(number, Request("de")) for number in range(8)))

    answers = finished(ask())
    assert answers[:6] == [0, 1, 2, 3, 4, 5]
    assert all(answer["refusal"].endswith("in etwa 10 Sekunden noch einmal.") for answer in answers[6:])
    assert most == [2]


def test_a_refusal_is_told_in_the_visitors_language_and_the_next_is_served():
    def read(said):
        if not said:
            raise PictureError("The picture did not arrive whole; take or choose it again.")
        return said

    asked = Places(1, 1).server(read)
    assert asked.__name__ == "read"
    assert finished(asked("", Request("fr")))["refusal"].startswith("L'image n'est pas arrivée entière")
    assert finished(asked("all", Request())) == "all"


def test_a_refusal_keeps_nothing_of_a_picture():
    held = []

    def read(said):
        pixels = np.zeros(said)
        held.append(weakref.ref(pixels))
        raise PictureError("No face was found.")

    async def ask():
        gc.disable()  # it would find the circle that keeps it, but late
        try:
            await Places(1, 1).server(read)(9, Request())
            return held[0]()
        finally:
            gc.enable()

    assert finished(ask()) is None
