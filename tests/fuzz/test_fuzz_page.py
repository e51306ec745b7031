"""Values of all kinds for every input of the page's events, sent to the real server; test_fuzz_endpoints.py has its endpoints."""

import random
import string
from typing import Any

import pytest
from effort import effort
from extent import WHOLE
from serving import API, Answer, data_url, is_sentence

from face2music.mood import EMOTIONS

FILE = {"meta": {"_type": "gradio.FileData"}}
ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    2**70,
    1e308,
    "",
    " ",
    "auto",
    "-5",
    "1e999",
    "nan",
    "٣",
    "x" * 5000,
    "\x00\ud7ff",
    "<b>bold</b>",
    "../../etc/passwd",
    [],
    ["Cello", 3, None],
    [[[]]],
    {},
    {"valence": "high", "arousal": None},
    dict.fromkeys(EMOTIONS, "x"),
    dict.fromkeys(EMOTIONS, -1) | {"happy": 7},
    {"path": "/etc/passwd", **FILE},
    {"__type__": "update", "value": 1},
    data_url(b"no picture"),
    "data:image/png;base64,%%%",
)
PANEL = (5, "auto", "", "auto", "auto", "", "", [], "1", True)
MOST_S, MOST_IDLE_S = 15.0, 30.0  # a song may be on its way before it


def fine(answer: Answer) -> None:
    assert answer.ok or is_sentence(answer.sentence), answer


def test_every_event_of_the_page(visitor, real_page):
    rng = random.Random(5)
    calls = visitor.functions()
    assert len(calls) > 20
    for name, call in sorted(calls.items()):
        for _ in range(40 if WHOLE else 2):
            values = [rng.choice(ODD) for _ in call["inputs"]]
            event = rng.choice([None, {}, {"face": rng.choice(ODD)}, {"emotion": rng.choice(ODD)}, {"link": rng.choice(ODD)}])
            event = rng.choice([event, {"shares": rng.choice(ODD)}, {"kind": rng.choice(ODD)}, rng.choice(ODD)])
            with effort([real_page.serving]) as spent:
                answer = visitor.fire(call["id"], values, event, rng.choice([call["trigger"], 10**6, None]))
            assert answer.ok or is_sentence(answer.sentence), (name, answer)
            assert spent.busy_s < MOST_S, (name, spent)
            assert spent.idle_s < MOST_IDLE_S, (name, spent)


@pytest.mark.parametrize(
    "name",
    ["arrival.followed", "starters.choose", "shares.correct", "portrait.choose", "history.open", "keep.ask", "plane.input"],
)
def test_what_our_own_components_say_of_an_event(visitor, name):
    """Each says one thing; the rest of the inputs are as they should be, so that the odd one is what is looked at."""
    call = visitor.functions()[name]
    names = {"arrival": "link", "starters": "emotion", "shares": "shares", "portrait": "face", "history": "link", "keep": "kind"}
    said = names.get(name.split(".")[0])
    for value in ODD:
        before = [value] if name == "plane.input" else []
        inputs = [*before, *[None] * (len(call["inputs"]) - len(PANEL) - len(before)), *PANEL]
        inputs = inputs[-len(call["inputs"]) :] if call["inputs"] else []
        fine(visitor.fire(call["id"], inputs, {said: value} if said else None, call["trigger"]))


def test_bodies_that_are_no_requests(visitor):
    rng = random.Random(9)
    paths = ("queue/join", "call/compose", "call/v2/compose", "run/predict", "component_server", "upload", "cancel", "reset")
    for number in range(400 if WHOLE else 40):
        path = rng.choice(paths)
        body: Any = rng.choice(
            [
                rng.randbytes(rng.randrange(60)),
                str(rng.choice(ODD)).encode(errors="ignore"),
                b'{"data": %d, "fn_index": "x"}' % number,
                b'{"data": [], "fn_index": 99999, "session_hash": "x"}',
                b'{"data": [], "fn_index": 27, "session_hash": {"a": 1}}',
                b'{"session_hash": null, "event_id": 5, "fn_index": -1}',
                "".join(rng.choices(string.printable, k=40)).encode(),
            ]
        )
        kind = rng.choice(["application/json", "multipart/form-data; boundary=x", "multipart/form-data", "text/plain"])
        answer = visitor.http.post(f"/{API}/{path}", content=body, headers={"content-type": kind})
        assert answer.status_code < 500, (path, body, answer.text)
        assert "Traceback" not in answer.text
        assert "site-packages" not in answer.text


def test_addresses_of_a_song(visitor):
    for value in ("", "a", "a" * 2500, "%00", "<script>", "%F0%28", "aAAAA"):
        assert visitor.http.get("/", params={"song": value}).status_code == 200
