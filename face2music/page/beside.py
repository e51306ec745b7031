"""What components' scripts ask of the server beside Gradio's queue: so much of it at a time, so that it takes nobody's turn."""

from collections.abc import Awaitable, Callable
from typing import Any

import gradio as gr
from anyio import CapacityLimiter, to_thread

from face2music.errors import Face2MusicError
from face2music.page.texts import Texts, texts_of

_AGAIN_S = 10  # about as long as what waits takes


class Places:
    """Threads of their own for some of what is asked: without it, forty things are done at once, and keep the queue from its own.

    Parameters
    ----------
    count
        How much is done at a time.
    waiting
        How much waits for that; the next is told to come again.
    """

    def __init__(self, count: int, waiting: int) -> None:
        self._threads, self._most, self._asked = CapacityLimiter(count), count + waiting, 0

    def server(self, answer: Callable[[Any], Any]) -> Callable[[Any, gr.Request], Awaitable[Any]]:
        """A function for a script, of what the script hands over; a refusal (`Face2MusicError`) is its `refusal`, a sentence."""

        def answer_or_refusal(said: Any, texts: Texts) -> Any:
            # Not around the thread: an error that leaves it is in a circle with its future, and keeps the picture for a while.
            try:
                return answer(said)
            except Face2MusicError as refusal:
                return {"refusal": texts.sentence(str(refusal))}

        async def answered(said: Any, request: gr.Request) -> Any:
            self._asked += 1
            try:
                if self._asked > self._most:
                    sentence = f"Many songs are waiting to be made; try again in about {_AGAIN_S} seconds."
                    return {"refusal": texts_of(request).sentence(sentence)}
                return await to_thread.run_sync(answer_or_refusal, said, texts_of(request), limiter=self._threads)
            finally:
                self._asked -= 1

        answered.__name__ = answer.__name__  # by which the script calls it; Gradio must not see the other's parameters
        return answered
