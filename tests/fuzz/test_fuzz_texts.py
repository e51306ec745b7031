"""Damaged and invented MIDI files, tables, JSON files and links: each gives a result or a refusal in one sentence."""

import binascii
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any

import pytest
from extent import WHOLE, many
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from mutate import mutated
from serving import ROOT, is_sentence

from face2music import batch, pipeline
from face2music.analysis import midi_file
from face2music.analysis.annotations import read_annotations
from face2music.analysis.measured import read_tables
from face2music.analysis.profiles import build_profiles
from face2music.emotion import load
from face2music.errors import Face2MusicError
from face2music.pipeline import Wishes, decode_link, encode_link
from face2music.plan import Curve, KeyFrame
from face2music.table import Table

MOST_S = 5.0
RULES = json.loads((ROOT / "assets" / "rules.json").read_text(encoding="utf-8"))
CARD = (ROOT / "assets" / "emotion.json").read_bytes()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=10), inner, max_size=5),
    max_leaves=12,
)
WISHES = ("tempo_bpm", "key", "mode", "style", "instruments", "density", "bars")
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)  # the first that fails is enough to know
OFTEN = settings(max_examples=many(60, 3000), phases=PHASES, suppress_health_check=list(HealthCheck))
SELDOM = settings(OFTEN, max_examples=many(6, 300))  # songs are composed


def tried(work: Callable[..., Any], *values: Any, **more: Any) -> Any:
    """The result, or None after a refusal that is one sentence; anything else, or more than 5 s, fails."""
    start, made, sentence = time.process_time(), None, None
    try:
        made = work(*values, **more)
    except Face2MusicError as refusal:
        sentence = str(refusal)
    assert sentence is None or is_sentence(sentence), sentence
    assert time.process_time() - start < MOST_S
    return made


def damaged(files: list[bytes], whole: int = 3000, quick: int = 150) -> list[bytes]:
    return list(mutated(files, many(quick, whole), seed=11))


@pytest.fixture(scope="module")
def songs() -> list[pipeline.Song]:
    return [pipeline.compose(emotion=name, seed=3, duration_s=8, render=False) for name in ("happy", "sad", "angry")]


def test_midi_files(songs, tmp_path):
    file = tmp_path / "song.mid"
    read = 0
    for data in damaged([song.midi for song in songs], 2000, 100):
        file.write_bytes(data)
        read += tried(midi_file.measure, file) is not None
    assert read > 0


def test_tables_of_ratings(tmp_path):
    rows = "".join(f"{n},{n % 9 + 1},{(n * 3) % 9 + 1}\n" for n in range(30))
    whole_files = [f"song_id,valence_mean,arousal_mean\n{rows}".encode(), b"name,quadrant\na,Q1\nb,Q2\nc,Q3\n"]
    file, read = tmp_path / "ratings.csv", 0
    for data in damaged(whole_files):
        file.write_bytes(data)
        read += tried(read_annotations, [file]) is not None
        tried(read_tables, [f"deam={file}"])
    assert read > 0


def test_tables_that_are_taken_up(tmp_path):
    file = tmp_path / "table.csv"
    table = b'picture,seed,error\na.jpg,1,\n"b, c.jpg",2,"No face.\n"\n'
    for data in damaged([table]):
        file.write_bytes(data)
        tried(Table, file, ("picture", "seed", "error"))


@pytest.mark.parametrize("change", ["damaged", "invented"])
def test_rules(change, tmp_path):
    from face2music.cli.studies import _read_rules

    file = tmp_path / "rules.json"
    text = json.dumps(RULES).encode()
    for data in damaged([text], 300, 15) if change == "damaged" else invented():
        file.write_bytes(data)
        tried(lambda: build_profiles({}, _read_rules(file)))


def test_settings_of_a_batch(tmp_path, portrait):
    out = tmp_path / "songs"
    out.mkdir()
    wanted = batch._settings(tmp_path, batch.Asked())
    for data in [*invented(), *damaged([json.dumps({"kinds": ["mid"], "seed": 1}).encode()], 200, 20)]:
        (out / batch.SETTINGS).write_bytes(data)
        tried(batch._is_taken_up, out, wanted)


def test_descriptions_of_networks(tmp_path):
    (tmp_path / "net.onnx").write_bytes(b"no network")
    for data in [*damaged([CARD], 1000, 60), *invented()]:
        (tmp_path / "net.json").write_bytes(data)
        tried(load, tmp_path / "net.onnx")


@pytest.mark.parametrize("kind", ["tflite", "onnx", "keras"])
def test_weights(tmp_path, kind):
    if kind == "keras" and not WHOLE:
        pytest.skip("It takes TensorFlow's seconds.")
    weights = tmp_path / f"net.{kind}"
    (tmp_path / "net.json").write_bytes(CARD)
    original = ROOT / "assets" / f"emotion.{'keras' if kind == 'keras' else 'tflite'}"
    for data in mutated([original.read_bytes()[:200_000]], 10 if WHOLE else 3, seed=5):
        weights.write_bytes(data)
        tried(load, weights)


def test_damaged_links(songs):
    moving = Curve((KeyFrame(0.25, pipeline.mood_of_step("sad")), KeyFrame(0.75, pipeline.mood_of_step("happy"))))
    links = [song.link.encode() for song in songs]
    links.append(pipeline.compose(curve=moving, seed=1, duration_s=20, render=False).link.encode())
    for data in damaged(links):
        tried(decode_link, data.decode("latin-1"))


@OFTEN
@given(st.text(max_size=300) | st.text("abcdefghijklmnopqrstuvwxyzABCDEFGH0123456789-_", max_size=300).map("a".__add__) | JSON)
def test_invented_links(text):
    tried(decode_link, text)


@OFTEN
@given(st.lists(JSON, max_size=6) | JSON)
def test_links_that_hold_anything_under_a_right_checksum(values):
    packed = json.dumps(values, separators=(",", ":"), sort_keys=True).encode()
    text = "a" + urlsafe_b64encode(binascii.crc32(packed).to_bytes(4, "big") + packed).decode().rstrip("=")
    tried(decode_link, text)


@OFTEN
@given(
    st.lists(st.integers(-1, 1000), min_size=7, max_size=7) | st.permutations([1000, 0, 0, 0, 0, 0, 0]),
    st.integers(-1, 2**40) | JSON,
    st.floats() | st.integers(0, 1000) | JSON,
    st.dictionaries(
        st.sampled_from(["tempo_bpm", "key", "mode", "style", "instruments", "density", "bars", "x"]), JSON, max_size=3
    ),
    st.lists(st.lists(st.integers(-1500, 1500), max_size=5) | JSON, max_size=3) | JSON,
)
def test_links_that_nearly_fit(parts, seed, duration_s, wishes, frames):
    for values in ([parts, seed, duration_s, wishes], [parts, seed, duration_s, wishes, frames]):
        packed = json.dumps(values, separators=(",", ":"), sort_keys=True).encode()
        text = "a" + urlsafe_b64encode(binascii.crc32(packed).to_bytes(4, "big") + packed).decode().rstrip("=")
        found = tried(decode_link, text)
        if found is not None:
            assert encode_link(found) == text
            tried(pipeline.open_link, text, render=False)


@SELDOM
@given(
    emotion=JSON
    | st.sampled_from(pipeline.EMOTIONS)
    | st.tuples(st.floats(), st.floats())
    | st.dictionaries(st.sampled_from(pipeline.EMOTIONS), JSON, min_size=6),
    seed=JSON | st.integers(),
    duration_s=JSON | st.floats(4, 20),
    face=JSON | st.integers(-3, 3),
    picture=JSON | st.binary(max_size=30),
    tempo_bpm=JSON | st.floats(20, 300),
    key=JSON | st.sampled_from(["C", "H", "F-sharp", "auto"]),
    mode=JSON | st.sampled_from(["major", "dorian", "x"]),
    style=JSON | st.sampled_from(["band", "chamber"]),
    instruments=JSON | st.lists(st.sampled_from(["Cello", "Flute", "x"]), max_size=6).map(tuple),
    density=JSON | st.floats(0, 10),
    bars=JSON | st.integers(-1, 30),
)
def test_every_argument_of_compose(emotion, seed, duration_s, face, picture, **wished):
    asked = {"emotion": emotion, "seed": seed, "duration_s": duration_s, "face": face}
    tried(pipeline.compose, picture, wishes=Wishes(**wished), render=False, **asked)
    for name, value in {**asked, **wished}.items():  # each by itself, where the others are as they should be
        given_right = {"emotion": "happy", "seed": 1, "duration_s": 6}
        right = given_right | {name: value} if name in asked else given_right | {"wishes": Wishes(**{name: value})}
        tried(pipeline.compose, None, render=False, **right)


def invented() -> list[bytes]:
    """JSON texts of all kinds of values."""
    some = [None, True, 3, -1.5, "text", [], {}, [1, 2], {"a": 1}, {"input": 3}, {"labels": None}, [[[]]], float("nan")]
    some += [{"emotions": value, "features": value, "sources": value} for value in ([], {}, None, "x", [1])]
    deep = b"[" * 100_000
    return [json.dumps(value).encode() for value in some] + [deep, b"", b"\xff\xfe", b"{", b'{"a":' * 2000]
