"""Every argument of every endpoint, as the app itself describes them, with values of all kinds: an answer or a sentence.

What is tried is made of `/gradio_api/info`, so that an endpoint or an argument that is new is tried too. There is a bound to the
time that a refusal may take, and to the memory that all of them together may; `SECURITY.md` states both.
"""

from collections.abc import Iterator
from typing import Any

import clips
import numpy as np
import pytest
from effort import effort
from extent import WHOLE, many
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from serving import API, Answer, Server, Visitor, is_sentence, jpeg
from test_fuzz_page import ODD

from face2music.mood import EMOTIONS

MOST_REFUSAL_S = 5.0  # of the server's processor time
MOST_IDLE_S = 30.0
MOST_GROWTH_MB = 400.0  # of the server's memory at its worst, above what it held after a song, a journey and a film
FILE = {"_type": "gradio.FileData"}
# Right values by the names of arguments. One that is new and has no default fails the tests until it has a value here.
RIGHT: dict[str, Any] = {"emotion": "happy", "duration_s": 5, "steps": ["sad", "happy"], "seed": 1}
UPLOADS = ("picture", "pictures", "clip")
ENDPOINTS = {"/compose": 12, "/emotion": 1, "/journey": 11, "/video": 9}  # and how many arguments of each, at least


@pytest.fixture(scope="module")
def described(real_page) -> dict[str, list[dict[str, Any]]]:
    """The arguments of each endpoint by the app's own description."""
    with Visitor(real_page.url) as visitor:
        named = visitor.http.get(f"/{API}/info").raise_for_status().json()["named_endpoints"]
    return {name: endpoint["parameters"] for name, endpoint in named.items()}


@pytest.fixture(scope="module")
def contents(tmp_path_factory, astronaut) -> dict[str, bytes]:
    """A picture, and a clip of a second."""
    clip = tmp_path_factory.mktemp("clip") / "clip.avi"
    clips.write(clip, lambda _: clips.scene((clips.face(astronaut, 200), 40, 40)), 1)
    return {"picture": jpeg(astronaut), "clip": clip.read_bytes()}


@pytest.fixture(scope="module")
def bounded(real_page, described, contents) -> Iterator[None]:
    """The server's memory at its worst while all of this is tried, above what it held when each way was gone once."""
    with Visitor(real_page.url) as visitor:
        for endpoint, parameters in described.items():
            assert visitor.api(endpoint.strip("/"), *right(visitor, parameters, contents)).ok, endpoint
    before_mb = peak_mb(real_page, anew=True)
    yield
    assert peak_mb(real_page) - before_mb < MOST_GROWTH_MB


def peak_mb(served: Server, anew: bool = False) -> float:
    """The most memory that a server has held since it was last asked `anew`, in megabytes."""
    status = f"/proc/{served.serving.pid}"
    if anew:
        with open(f"{status}/clear_refs", "w") as file:
            file.write("5")
    with open(f"{status}/status") as file:
        lines = dict(line.split(":", 1) for line in file)
    return int(lines["VmHWM"].split()[0]) / 1000


def right(visitor: Visitor, parameters: list[dict[str, Any]], contents: dict[str, bytes]) -> list[Any]:
    """Right values for an endpoint's arguments; uploads are made anew, because they are read once."""
    values: list[Any] = []
    needs_picture = [each["parameter_name"] for each in parameters] == ["picture"]
    for each in parameters:
        name = each["parameter_name"]
        if name == "clip" or (name == "picture" and needs_picture):
            ending = "avi" if name == "clip" else "jpg"
            values.append({"path": visitor.upload(contents[name], f"{name}.{ending}"), "meta": FILE})
        elif name in RIGHT:
            values.append(RIGHT[name])
        else:
            assert each["parameter_has_default"] or name in UPLOADS, f"{name} is new: give a right value for it"
            values.append([] if name == "pictures" else each.get("parameter_default"))
    return values


def ask(visitor: Visitor, served: Server, endpoint: str, values: list[Any]) -> Answer:
    """Call an endpoint; it answers, or refuses in a sentence and in time."""
    with effort([served.serving]) as spent:
        answer = visitor.api(endpoint.strip("/"), *values)
    shown = (endpoint, str(values)[:300])
    assert answer.ok or is_sentence(answer.sentence), (shown, answer)
    if not answer.ok:
        assert spent.busy_s < MOST_REFUSAL_S, shown
        assert spent.idle_s < MOST_IDLE_S, (shown, spent)
        assert "on our side" not in answer.sentence, (shown, answer.sentence)
    return answer


def test_all_endpoints_and_their_arguments_are_known_to_these_tests(described):
    assert set(described) >= set(ENDPOINTS)
    for name, count in ENDPOINTS.items():
        assert len(described[name]) >= count


@pytest.mark.usefixtures("bounded")
def test_each_argument_with_odd_values(real_page, described, contents):
    rng = np.random.default_rng(7)
    with Visitor(real_page.url) as visitor:
        for endpoint, parameters in described.items():
            for place in range(len(parameters)):
                for at in range(len(ODD)) if WHOLE else rng.choice(len(ODD), 1):
                    values = right(visitor, parameters, contents)
                    values[place] = ODD[at]
                    ask(visitor, real_page, endpoint, values)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=80)
    | st.sampled_from([*EMOTIONS, "auto", "all", "lift me up", "picture 1", "data:image/png;base64,", "file:///etc/passwd"]),
    lambda inner: st.lists(inner, max_size=13) | st.dictionaries(st.sampled_from([*EMOTIONS, "path", "meta", "url"]), inner),
    max_leaves=14,
)


@pytest.mark.usefixtures("bounded")
def test_arguments_with_json_of_any_form(real_page, described, contents):
    """One argument at a time, so that nearly all of the rest is right and the odd one is what is looked at; then all of them."""
    places = [(name, place) for name, parameters in described.items() for place in (*range(len(parameters)), None)]
    with Visitor(real_page.url) as visitor:

        @settings(
            max_examples=many(12, 2_000),
            derandomize=True,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )
        @given(st.sampled_from(places), st.lists(JSON, min_size=13, max_size=13))
        def tried(where: tuple[str, int | None], drawn: list[Any]) -> None:
            endpoint, place = where
            values = right(visitor, described[endpoint], contents)
            values = drawn[: len(values)] if place is None else [*values[:place], drawn[0], *values[place + 1 :]]
            ask(visitor, real_page, endpoint, values)

        tried()


@pytest.mark.usefixtures("bounded")
def test_too_few_and_too_many_arguments(real_page, described, contents):
    with Visitor(real_page.url) as visitor:
        for endpoint, parameters in described.items():
            values = right(visitor, parameters, contents)
            for given_values in ([], values[:-1], [*values, *values]) if WHOLE else ([], [*values, *values]):
                ask(visitor, real_page, endpoint, given_values)
