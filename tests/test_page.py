"""The page without a browser: what each event asks the program for, the HTML of a song, and the endpoints over HTTP."""

import ast
import base64
import contextvars
import dataclasses
import functools
import inspect
import io
import json
import re
import threading
import weakref
import zipfile
from pathlib import Path

import gradio as gr
import httpx
import numpy as np
import pytest
from gradio.utils import get_function_description
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from jsonschema import Draft202012Validator
from loop import finished
from pages import CLIP, JOURNEY, UNSURE, Event, Program, Request, attention, fire, song_of
from PIL import Image

import face2music
from face2music.assets import read_json
from face2music.errors import NoFaceError, SynthesiserError, VideoError
from face2music.mood import EMOTIONS, rounded
from face2music.page import STYLE_SHEETS, THEME
from face2music.page.api.song import FROM_FACE, emotion_in
from face2music.page.files import KINDS, file_of
from face2music.page.handlers import picture_in, seen_in, told
from face2music.page.portrait import attention as coloured
from face2music.page.portrait import portrait as boxed
from face2music.page.result.facts import facts
from face2music.page.result.headline import headline
from face2music.page.result.heard import heard
from face2music.page.result.reasons import MAIN, reasons
from face2music.page.result.sheet import sheet
from face2music.page.result.words import key_name, percent, worded
from face2music.page.spoken import Listener
from face2music.page.texts import LANGUAGES, TABLES, Texts, language_of
from face2music.page.wishes import KEYS, asked
from face2music.pipeline import INSTRUMENTS, MODES, Wishes, decode_link
from face2music.theory import key_name as spelt
from face2music.why import CHOICES

ENGLISH = Texts()
# Length, style, tempo, key, mode, density, bars, instruments, seed, whether it is kept.
PANEL = (30, "auto", "", "auto", "auto", "", "", [], "", False)
PICTURE = b"picture bytes"
DATA_URL = "data:image/jpeg;base64," + base64.b64encode(PICTURE).decode()


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch) -> Path:
    """Gradio's cache, in a folder of the test's own."""
    folder = tmp_path / "cache"
    folder.mkdir()
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(folder))
    return folder


def panel(**changes) -> tuple:
    names = ("duration_s", "style", "tempo", "key", "mode", "density", "bars", "instruments", "seed", "keep")
    return tuple({**dict(zip(names, PANEL, strict=True)), **changes}.values())


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", html))


def test_a_picture_is_composed_as_the_panel_says_and_leaves_no_file(cache):
    program = Program()
    shown = fire(
        program.page(),
        "camera",
        "picture",
        Request(),
        DATA_URL,
        *panel(style="lo-fi", tempo="90,5", bars="8", instruments=["Cello"], seed="11", keep=True),
    )
    wishes = Wishes(tempo_bpm=90.5, style="lo-fi", bars=8, instruments=("Cello",))
    assert program.asked == [{"picture": PICTURE, "face": 1, "seed": 11, "duration_s": 30, "wishes": wishes}]
    assert 'data-emotion="happy"' in shown["headline"]
    assert shown["shares"].value == program.song.emotion
    assert [path.suffix for path in cache.rglob("*") if path.is_file() and path.parent.name != "astronaut"].count(".wav") == 1
    assert not [path for path in cache.rglob("*") if path.is_file() and PICTURE in path.read_bytes()]


def test_a_seed_is_only_used_when_it_is_kept_and_never_for_another_take():
    program = Program()
    page = program.page()
    fire(page, "camera", "picture", Request(), DATA_URL, *panel(seed="11"))
    fire(page, "again", "click", Request(), song_of().link, *panel(seed="11", keep=True))
    assert [call["seed"] for call in program.asked] == [None, None]
    assert program.asked[1]["emotion"] == song_of().emotion


def test_another_take_of_a_journey_moves_as_the_first():
    program = Program()
    moving = song_of(curve=JOURNEY)
    fire(program.page(), "again", "click", Request(), moving.link, *PANEL)
    assert program.asked[0]["curve"] == moving.curve


@pytest.mark.parametrize(("chosen", "wanted"), [("2", 2), ("all", "all")])
def test_another_face_or_all_of_them_give_the_same_song_of_theirs(chosen, wanted):
    program = Program()
    fire(program.page(), "portrait", "choose", Request(), Event(face=chosen), DATA_URL, song_of().link, *PANEL)
    assert (program.asked[0]["face"], program.asked[0]["seed"]) == (wanted, 7)


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_an_emotion_needs_no_picture_and_shows_no_face(emotion):
    program = Program()
    shown = fire(program.page(), "starters", "choose", Request(), Event(emotion=emotion), *PANEL)
    assert (program.asked[0]["picture"], program.asked[0]["emotion"]) == (None, emotion)
    assert shown["portrait"] == ""
    assert shown["look"].visible is False


def test_moving_a_bar_keeps_the_seed_and_moves_the_point():
    program = Program()
    shares = dict.fromkeys(EMOTIONS, 0.0) | {"sad": 1.0}
    shown = fire(program.page(), "shares", "correct", Request(), Event(shares=shares), song_of().link, *PANEL)
    assert (program.asked[0]["emotion"], program.asked[0]["seed"]) == (shares, 7)
    assert "plane" in shown
    assert "shares" not in shown


def test_moving_the_point_moves_the_bars_to_shares_with_that_mood():
    program = Program()
    point = {"valence": -0.3, "arousal": 0.2}
    shown = fire(program.page(), "plane", "input", Request(), point, song_of().link, *PANEL)
    assert program.asked[0]["seed"] == 7
    assert sum(shown["shares"].value.values()) == pytest.approx(1)
    assert program.asked[0]["emotion"] != song_of().emotion


def test_pointing_where_no_shares_are_asks_for_that_mood_and_for_its_length_as_the_panel_says():
    program = Program()
    fire(program.page(), "plane", "input", Request(), {"valence": 0.5, "arousal": -0.4}, song_of().link, *PANEL)
    (frame,) = program.asked[0]["curve"].frames
    assert (frame.mood.valence, frame.mood.arousal, frame.mood.beyond) == (0.5, -0.4, 1)
    assert program.asked[0]["seed"] == 7
    calm = song_of(curve=program.asked[0]["curve"])
    answer = next(fn.fn for fn in program.page().fns.values() if fn.fn and fn.fn.__name__ == "wished")
    answer(Request(), calm.link, *panel(duration_s=25))
    assert (program.asked[1]["curve"], program.asked[1]["duration_s"]) == (calm.curve, 25)


@pytest.mark.parametrize(("text", "emotion"), [("0.5,-0.4", (0.5, -0.4)), ("sad", "sad"), ("a,b", "a,b"), (FROM_FACE, None)])
def test_a_program_names_an_emotion_or_a_point(text, emotion):
    assert emotion_in(text) == emotion


def test_a_changed_wish_composes_again_and_an_unchanged_one_does_not():
    program, link = Program(), song_of().link
    page = program.page()
    answer = next(fn.fn for fn in page.fns.values() if fn.fn and fn.fn.__name__ == "wished")
    duration_s = decode_link(link).duration_s
    assert answer(Request(), link, *panel(duration_s=duration_s)) == gr.skip()
    assert answer(Request(), "", *PANEL) == gr.skip()
    answer(Request(), link, *panel(duration_s=duration_s, key="D"))
    assert [(call["seed"], call["wishes"].key) for call in program.asked] == [(7, "D")]


def test_a_link_opens_its_song_and_its_wishes():
    program = Program()
    link = song_of(wishes=Wishes(tempo_bpm=70, style="lo-fi")).link
    page = program.page()
    shown = fire(page, "arrival", "followed", Request(), Event(link=link))
    assert program.asked == [{"link": link}]
    assert shown["keep"]["link"] == link
    assert (shown["wish-style"], shown["wish-tempo"]) == ("lo-fi", "70")
    with pytest.raises(gr.Error, match="damaged"):
        fire(page, "arrival", "followed", Request(), Event(link=link[:-3]))


def test_a_journey_is_as_long_as_its_steps_and_keeps_that_when_a_wish_changes():
    program = Program(song_of(curve=JOURNEY, picture=None, faces=(), face=None))
    page = program.page()
    steps, wanted = ["sad", [0.2, -0.4]], {"bars": [8, 4], "seconds": 60}
    shown = fire(
        page, "route", "journey", Request(), Event(steps=steps, **wanted), *panel(bars="12", key="D", seed="5", keep=True)
    )
    assert program.asked == [{"steps": steps, "bars": [8, 4], "seed": 5, "duration_s": 60, "wishes": Wishes(key="D")}]
    assert "<h2>Sad → Happy</h2>" in shown["headline"]
    assert len(shown["plane"]["path"]) == 2
    link = shown["keep"]["link"]
    answer = next(fn.fn for fn in page.fns.values() if fn.fn and fn.fn.__name__ == "wished")
    answer(Request(), link, *panel(duration_s=180, style="lo-fi"))
    again = program.asked[1]
    assert (again["duration_s"], again["curve"], again["wishes"].style) == (decode_link(link).duration_s, JOURNEY, "lo-fi")


def test_a_refusal_holds_nothing_of_a_picture():
    """It lives on in Gradio for a while; a picture of 64 million pixels would with it."""
    held = []

    def unpack():
        pixels = np.zeros(9)
        held.append(weakref.ref(pixels))
        raise ValueError("no face")

    def read():
        more = np.zeros(9)
        held.append(weakref.ref(more))
        try:
            unpack()
        except ValueError as error:
            raise NoFaceError("No face was found.") from error

    with pytest.raises(gr.Error) as refusal, told(Texts()):
        read()
    assert refusal.value.__cause__ is not None
    assert [each() for each in held] == [None, None]


@pytest.mark.parametrize("steps", ["/etc/passwd", ["/etc/passwd", "sad"], ["picture 1", "sad"], [3, "sad"], [None, "sad"]])
def test_a_step_names_no_file_of_the_server(steps):
    program = Program()
    with pytest.raises(gr.Error, match="There is no"):
        fire(program.page(), "route", "journey", Request(), Event(steps=steps, bars=None, seconds=60), *PANEL)
    assert program.asked == []


def test_a_photograph_of_a_journey_is_read_in_memory_or_refused_in_a_sentence(cache):
    program = Program()
    route = next(block for block in program.page().blocks.values() if getattr(block, "elem_id", None) == "route")
    (step_of,) = route.server_fns
    step = finished(step_of(DATA_URL, Request()))
    assert program.asked == [{"read": PICTURE}]
    assert (step["shares"], step["emotion"]) == (rounded(UNSURE), "happy")
    assert finished(step_of("", Request()))["refusal"].startswith("The picture did not arrive whole")
    assert finished(step_of("", Request("fr")))["refusal"].startswith("L'image n'est pas arrivée entière")
    assert not [path for path in cache.rglob("*") if path.is_file() and PICTURE in path.read_bytes()]


def test_a_song_that_was_just_made_is_not_made_again_for_its_files():
    program = Program()
    page = program.page()
    shown = fire(page, "starters", "choose", Request(), Event(emotion="happy"), *PANEL)
    link = shown["keep"]["link"]
    made = fire(page, "keep", "ask", Request(), Event(kind="mid"), link)["keep"].constructor_args["made"]
    assert [list(call) for call in program.asked] == [["picture", "emotion", "seed", "duration_s", "wishes"]]
    assert made["name"] == "face2music-happy-7.mid"
    assert Path(made["url"].removeprefix("gradio_api/file=")).read_bytes() == program.song.midi


def test_the_songs_in_memory_hold_no_picture():
    page = Program().page()
    fire(page, "camera", "picture", Request(), DATA_URL, *PANEL)
    answers = next(fn.fn for fn in page.fns.values() if fn.fn and fn.fn.__name__ == "engraved").__self__
    (kept,) = answers._songs._songs.values()
    assert (kept.picture, kept.faces, kept.face) == (None, (), None)


@pytest.mark.parametrize("kind", KINDS)
def test_every_file_can_be_had_by_a_name_of_its_own(kind):
    name, data = file_of(song_of(), kind)
    assert name.startswith("face2music-happy-7")
    assert len(data) > 100
    if name.endswith(".zip"):
        assert len(zipfile.ZipFile(io.BytesIO(data)).namelist()) > 1


def test_without_sound_there_are_the_notes_and_the_reason():
    song = song_of(audio=None, warnings=("FluidSynth's library is missing; install it.",), timings_ms={"audio": 3.0})
    shown = fire(Program(song).page(), "starters", "choose", Request(), Event(emotion="happy"), *PANEL)
    assert "FluidSynth&#x27;s library is missing; install it." in shown["headline"]
    assert shown["player"]["audio"] is None
    assert shown["keep"]["kinds"] == ["mid", "musicxml", "svg", "json", "zip"]
    assert shown["listen"].visible is False


def test_a_refusal_is_told_as_plain_text_under_a_title_in_the_visitors_language():
    program = Program(refusal=NoFaceError("No face in <b>it</b>; try another."))
    with pytest.raises(gr.Error, match=re.escape("No face in &lt;b&gt;it&lt;/b&gt;; try another.")) as refusal:
        fire(program.page(), "camera", "picture", Request("de-CH,de;q=0.9"), DATA_URL, *PANEL)
    assert refusal.value.title == "Kein Gesicht gefunden"


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("/etc/hostname", "give it as a data: URL or as an upload"),
        ("data:image/png;base64,!!", "did not arrive whole"),
        ("data:image/png", "did not arrive whole"),
    ],
)
def test_only_a_whole_data_url_is_a_picture(url, sentence):
    program = Program()
    with pytest.raises(gr.Error, match=sentence):
        fire(program.page(), "camera", "picture", Request(), url, *PANEL)
    assert program.asked == []
    assert picture_in("") is None


@pytest.mark.parametrize(("typed", "number"), [("", None), (" 90,5 ", 90.5), ("8", 8), ("many", "many")])
def test_a_number_is_read_as_it_is_typed_and_what_is_none_is_left_for_the_program_to_refuse(typed, number):
    found = asked(*panel(tempo=typed, density=typed, bars=typed, seed=typed, keep=True))
    assert [found.wishes.tempo_bpm, found.wishes.density, found.wishes.bars, found.seed] == [number] * 4


def test_the_judge_is_shown_beside_what_was_intended():
    song = song_of()
    html = heard(song.mood, {"valence": -0.25, "arousal": 0.5}, ENGLISH)
    assert "Heard in the sound: valence −0.25, arousal +0.50." in html
    page = Program().page()
    link = fire(page, "starters", "choose", Request(), Event(emotion="happy"), *PANEL)["keep"]["link"]
    assert "−0.25" in fire(page, "listen", "click", Request(), link)
    assert not any(
        getattr(block, "elem_id", "") == "listen" and block.visible for block in Program().page(judge=None).blocks.values()
    )


def test_the_judge_is_loaded_while_the_reasons_are_read():
    loaded = threading.Event()
    page = Program().page(load_judge=loaded.set)
    for name in ("score", "keep"):
        fire(page, "tabs", "opened", Request(), Event(name=name), "", 0)
    assert not loaded.wait(0.2)
    fire(page, "tabs", "opened", Request(), Event(name="why"), "", 0)
    assert loaded.wait(10)


def test_french_signs_never_begin_a_line():
    written = json.dumps(TABLES["fr"], ensure_ascii=False)
    assert re.findall(r"« .{0,20}|.{0,20} [»;:?!]", written) == []


def test_a_work_without_authors_is_named_up_to_its_year():
    html = reasons(face2music.compose(emotion="fear", seed=1, duration_s=10, render=False), ENGLISH)
    assert "Journal of the Acoustical Society of America 153(1):384 (2023)" in html


def test_the_score_is_engraved_only_while_its_tab_is_open():
    page = Program().page()
    link = fire(page, "starters", "choose", Request(), Event(emotion="happy"), *PANEL)["keep"]["link"]
    assert fire(page, "tabs", "opened", Request(), Event(name="score"), link, 0) == ""
    wide, narrow = (fire(page, "tabs", "opened", Request(), Event(name="score"), link, width) for width in (700, 320))
    assert 'aria-label="Staff notation, page 1 of' in wide
    assert "Melody and chords" in narrow
    assert "Melody and chords" not in wide


def test_reasons_tell_value_range_and_what_they_rest_on():
    html = reasons(song_of(), ENGLISH)
    for decision in MAIN:
        assert ENGLISH("why", decision) in html.replace("&amp;", "&")
    assert html.count('class="range"') >= 5
    assert re.search(r"Measured: half of the music with this mood lies from \d+ to \d+ \(", html)
    assert "A rule of our own: " in html
    assert "emotion (a rule of our own)" not in html
    wished = song_of(wishes=Wishes(tempo_bpm=90))
    assert "You wished for this." in text_of(reasons(wished, ENGLISH))


def test_faces_are_boxed_and_numbered_and_can_be_chosen_by_button():
    html = boxed(song_of(), ENGLISH)
    assert len(re.findall("<rect", html)) == 2
    assert re.search(r'class="used" data-face="2"><rect x="200" y="40" width="80" height="80"/>.*?>2</text>', html)
    assert "Your picture: 2 faces found; number 2 is used." in html
    assert re.findall(r'data-face="(\w+)" aria-pressed="(\w+)"', html) == [("1", "false"), ("2", "true"), ("all", "false")]
    assert boxed(song_of(picture=None, faces=(), face=None), ENGLISH) == ""


def test_the_picture_and_the_crop_travel_inside_the_page_and_keep_their_size():
    html = boxed(song_of(picture=np.zeros((4000, 3000, 3), np.uint8)), ENGLISH)
    jpeg, png = re.findall(r'"data:image/(?:jpeg|png);base64,([^"]+)"', html)
    assert image_of(jpeg).size == (720, 960)
    np.testing.assert_array_equal(np.asarray(image_of(png)), np.full((48, 48), 120))


def image_of(text: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(text)))


def test_doubt_is_said_instead_of_one_emotion():
    song = song_of()
    unsure = dataclasses.replace(song, faces=tuple(dataclasses.replace(face, sure=False) for face in song.faces))
    assert "<h2>Happy <span>70 %</span></h2>" in headline(song, ENGLISH)
    assert "<h2>Not sure <span>Happy 70 % or Surprise 11 %</span></h2>" in headline(unsure, ENGLISH)
    assert "<h2>Happy <span>70 % · All faces together</span></h2>" in headline(song_of(face="all"), ENGLISH)


def test_wished_instruments_that_lie_the_wrong_way_round_are_told_in_every_language():
    wishes = Wishes(instruments=("Trombone", "Glockenspiel"))
    song = face2music.compose(emotion="happy", seed=1, duration_s=10, wishes=wishes, render=False)
    assert "The Trombone has no notes above the Glockenspiel, so the melody lies below the chords." in headline(song, ENGLISH)
    assert "Posaune: keine Töne über Glockenspiel." in headline(song, Texts("de"))
    assert "notice" not in headline(song_of(), ENGLISH)


def test_where_the_network_looked_is_one_click_away():
    page = Program().page()
    shown = fire(page, "look", "click", Request(), seen_in(song_of()))
    assert "coloured where the network saw “Happy”" in shown
    picture = np.asarray(image_of(re.search(r"base64,([^\"]+)", shown)[1]).convert("RGB")).astype(int)
    redness = picture[..., 0] - picture[..., 2]
    assert redness[:24].min() > 50
    assert (redness[24:] == 0).all()
    assert coloured(np.zeros((48, 48), np.uint8), attention(np.zeros((48, 48)), "sad"), "sad", ENGLISH)
    with pytest.raises(gr.Error, match="forgotten"):
        fire(page, "look", "click", Request(), None)


def test_what_was_composed_is_told_in_words():
    song = song_of()
    text = text_of(facts(song, ENGLISH))
    for fact in (f"{song.plan.tempo_bpm:.0f} beats a minute", f"{song.plan.bars} bars", "valence +0.", str(song.seed)):
        assert fact in text
    assert all(part.instrument in text for part in song.plan.parts)


@pytest.mark.parametrize(
    ("probability", "text"),
    [(0, "0 %"), (0.001, "<1 %"), (0.005, "<1 %"), (0.0051, "1 %"), (0.826, "83 %"), (0.999, ">99 %"), (1, "100 %")],
)
def test_percent_hides_neither_a_trace_nor_a_doubt(probability, text):
    assert percent(probability) == text


@pytest.mark.parametrize(("language", "title"), [("de", "Freude, Startzahl 7"), ("ja", "喜び、シード 7")])
def test_a_score_is_in_the_visitors_language(language, title):
    song, texts = song_of(), Texts(language)
    written = worded(song, texts).musicxml().decode()
    assert f"<work-title>{title}</work-title>" in written
    for part in song.plan.parts:
        assert f"<part-name>{texts['instruments'][part.instrument]}</part-name>" in written
    assert f"<part-abbreviation>{texts['score']['melody']}</part-abbreviation>" in written
    names = {section.name for section in song.plan.sections} & set(texts["sections"])
    assert all(f"<rehearsal>{texts['sections'][name]}</rehearsal>" in written for name in names)
    assert texts["instruments"][song.plan.parts[0].instrument] in sheet(song, 900, texts)
    assert b"<work-title>Happy, seed 7</work-title>" in song.musicxml()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same_things(language):
    ours, english = TABLES[language], TABLES["en"]
    assert {group: set(texts) for group, texts in ours.items()} == {group: set(texts) for group, texts in english.items()}
    for group, texts in ours.items():
        for key, text in texts.items():
            assert text.strip(), (group, key)
            assert placeholders(text) == placeholders(english[group][key]), (group, key)


def placeholders(text: str) -> list[str]:
    # A German minor key has its note in small letters: another form of the same.
    return sorted(re.findall(r"{\w+}", text.replace("{small}", "{note}")))


@pytest.mark.parametrize("language", ["zh", "ja"])
def test_nothing_is_left_in_english_where_the_script_is_another(language):
    for group, texts in TABLES[language].items():
        for key, text in texts.items():
            if group not in ("notes", "keys", "signs") and not key.startswith("kind_"):
                assert re.search(r"[^\x00-\u024f]", text), (group, key)


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_a_song_can_be_made_of_has_a_name_in_every_language(language):
    profiles, texts = read_json("profiles.json"), Texts(language)
    for group in set(CHOICES.values()) - {"modes", "metres", "progressions", "lifts", "cadences"}:
        names = {name for emotion in profiles["choices"].values() for name in emotion[group]["options"]}
        names |= {name for style in profiles["styles"].values() for name in style["instead"].get(group, {}).values()}
        assert names <= set(texts["values"]), group
    assert set(texts["instruments"]) == {*INSTRUMENTS, "Standard Kit"}
    assert set(texts["modes"]) == set(MODES)
    assert set(texts["notes"]) == {spelt(tonic, mode) for tonic in range(12) for mode in MODES} | set(KEYS)
    assert set(profiles["styles"]) == set(texts["wishes"])
    assert len(texts["signs"]["pitches"].split()) == 12


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", ["E♭ major", "F♯ minor", "B locrian"]),
        ("de", ["Es-Dur", "fis-Moll", "h-lokrisch"]),
        ("fr", ["mi bémol majeur", "fa dièse mineur", "si locrien"]),
        ("es", ["mi bemol mayor", "fa sostenido menor", "si locrio"]),
        ("zh", ["降E大调", "升F小调", "B洛克里亚调式"]),
        ("ja", ["E♭メジャー", "F♯マイナー", "Bロクリアン"]),
    ],
)
def test_a_key_is_named_as_musicians_of_the_language_name_it(language, names):
    keys = [("E-flat", "ionian"), ("F-sharp", "aeolian"), ("B", "locrian")]
    assert [key_name(*key, Texts(language)) for key in keys] == names


def test_a_song_is_told_in_german_without_a_word_of_english():
    song, german = song_of(), Texts("de")
    shown = fire(Program(song).page(), "starters", "choose", Request("de"), Event(emotion="happy"), *PANEL)
    key = key_name(song.plan.key, song.plan.mode, german)
    assert key in shown["headline"]
    assert shown["player"]["roll"]["keys"][0]["name"] == key
    assert shown["history"]["facts"]["key"] == key
    why = text_of(shown["why"])
    assert not re.search(r"\d\.\d", why)
    assert "Schluss 1" in why
    for part in song.plan.parts:
        assert f"{german['instruments'][part.instrument]} ({german['facts'][part.role]})" in why


def test_a_refusal_is_told_in_the_language_of_the_visitor():
    error = VideoError("walk {1}.mp4 lasts longer than 10 minutes; cut it, and take a part at a time.")
    assert Texts("de").kind(error) == "Dieser Clip kann nicht verwendet werden"
    assert (
        Texts("de").sentence(str(error))
        == "walk {1}.mp4 dauert länger als 10 Minuten; schneide ihn und nimm einen Teil nach dem anderen."
    )
    assert Texts("en").sentence(str(error)) == str(error)
    assert Texts("fr").sentence("Only who keeps the server meets this.") == "Only who keeps the server meets this."


@pytest.mark.parametrize(("key", "text"), TABLES["en"]["refusals"].items())
def test_each_translated_refusal_is_one_that_the_program_says(key, text):
    assert any(sentence.fullmatch(re.sub(r"{\w+}", "7", text)) for sentence in sentences_of_the_program()), text


@functools.cache
def sentences_of_the_program():
    """Each text of the source with more than three words, as a pattern that takes anything where a value is put in."""
    found = set()
    for file in Path(face2music.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            parts = node.values if isinstance(node, ast.JoinedStr) else [node]
            texts = [part.value if isinstance(part, ast.Constant) else "{}" for part in parts]
            whole = "".join(text for text in texts if isinstance(text, str))
            if whole.count(" ") > 3:
                found.add(re.sub(r"\\{\w*\\}", ".*", re.escape(whole)))
    return [re.compile(sentence) for sentence in found]


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_song_of_any_emotion_and_style_can_be_told(emotion):
    for style in read_json("profiles.json")["styles"]:
        song = face2music.compose(emotion=emotion, seed=3, duration_s=30, wishes=Wishes(style=style), render=False)
        assert text_of(reasons(song, ENGLISH) + facts(song, ENGLISH)).strip()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_song_can_be_told_in_every_language(language):
    texts, song = Texts(language), song_of()
    for view in (headline, facts, reasons, boxed):
        assert text_of(view(song, texts)).strip()
    laid = {block["props"].get("elem_id"): block["props"] for block in described(Program().page(), language)["components"]}
    assert laid["camera"]["texts"] == laid["camera"]["props"]["texts"] == texts["camera"]
    assert (texts["instruments"]["Flute"], "Flute") in laid["instruments"]["choices"]


def described(page: gr.Blocks, language: str) -> dict:
    """A page as it is described to a browser with a language."""
    told = {}

    async def answer(*_) -> None:
        told.update(page.config)

    request = {"type": "http", "headers": [(b"accept-language", language.encode())]}
    with pytest.raises(StopIteration):
        contextvars.copy_context().run(Listener(answer)(request, None, None).send, None)
    return told


@pytest.mark.parametrize(
    ("header", "language"),
    [("", "en"), ("de-CH, en;q=0.8", "de"), ("nl, ja;q=0.3, fr;q=0.5", "fr"), ("zh-Hant-TW", "zh"), ("xx;q=bad, es", "es")],
)
def test_the_language_is_the_one_that_the_browser_likes_best(header, language):
    assert language_of(header) == language


def test_every_emotion_has_an_accent_on_which_white_can_be_read():
    accents = dict(re.findall(r'data-emotion="(\w+)"\]\) \{\s*--accent: (#\w{6})', STYLE_SHEETS[0].read_text()))
    assert set(accents) == set(EMOTIONS)
    for colour in accents.values():
        assert 1.05 / (luminance(colour) + 0.05) >= 4.5, colour


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def test_the_look_fetches_nothing():
    css = THEME._get_theme_css() + "".join(sheet.read_text() for sheet in STYLE_SHEETS)
    assert THEME._stylesheets == []
    assert re.findall(r"@import|url\((?!\"data:).*?\)", css) == []


@pytest.fixture
def served():
    """A function that serves the page around a program and gives its address."""
    pages = []

    def serve(program: Program) -> str:
        page = program.page()
        pages.append(page)
        _, url, _ = page.launch(prevent_thread_lock=True, quiet=True, show_error=True, run_history=False)
        return url.rstrip("/")

    yield serve
    for page in pages:
        page.close()


def test_the_endpoints_are_typed_and_forget_the_picture(served, cache, tmp_path):
    original = tmp_path / "deep.tiff"
    Image.fromarray(np.arange(6400, dtype=np.uint16).reshape(80, 80)).save(original)
    program = Program()
    client = Client(served(program), verbose=False, download_files=tmp_path / "got")
    endpoints = client.view_api(return_format="dict", print_info=False)
    assert set(endpoints["named_endpoints"]) == {"/compose", "/emotion", "/journey", "/video"}
    assert endpoints["unnamed_endpoints"] == {}

    song, midi, wav = client.predict(
        picture=handle_file(original), duration_s=12, tempo_bpm=90, key="D", seed=3, face="all", api_name="/compose"
    )
    wanted = {"emotion": None, "face": "all", "duration_s": 12, "seed": 3, "wishes": Wishes(tempo_bpm=90, key="D")}
    assert program.asked == [{"picture": original.read_bytes(), **wanted}]
    assert decode_link(song["link"]).seed == 3
    assert Path(midi).read_bytes() == program.song.midi
    assert Path(wav).read_bytes() == program.song.encoded("wav")

    read = client.predict(picture=handle_file(original), api_name="/emotion")
    assert read == json.loads(json.dumps({"faces": [face.to_dict() for face in program.song.faces]}))
    assert [path for path in cache.rglob("*") if path.suffix == ".tiff"] == []


def test_a_journey_by_its_endpoint_reads_its_pictures_and_no_file_of_the_server(served, cache, portrait, tmp_path):
    program = Program()
    client = Client(served(program), verbose=False, download_files=tmp_path / "got")
    steps = ["sad", [0.1, -0.3], "picture 1"]
    song, midi, _ = client.predict(steps, [handle_file(portrait)], [4, 4, 8], key="D", seed=3, api_name="/journey")
    wanted = {"bars": [4, 4, 8], "duration_s": 60, "seed": 3, "wishes": Wishes(key="D")}
    assert program.asked == [{"steps": ["sad", [0.1, -0.3], portrait.read_bytes()], **wanted}]
    assert len(song["curve"]) == 2
    assert Path(midi).read_bytes() == program.song.midi
    assert list(cache.rglob("*.png")) == []
    client.predict([DATA_URL, "sad"], seed=3, api_name="/journey")
    assert program.asked[1]["steps"] == [PICTURE, "sad"]
    client.predict(["picture 1", "sad", "picture 2"], [DATA_URL, handle_file(portrait)], seed=3, api_name="/journey")
    assert program.asked[2]["steps"] == [PICTURE, "sad", portrait.read_bytes()]
    assert list(cache.rglob("*.png")) == []
    for refused in ([str(portrait), "sad"], ["sad", "picture 1"], "lift me down"):
        with pytest.raises(AppError, match="There is no"):
            client.predict(refused, api_name="/journey")
    for pictures, sentence in (
        ("picture", "The pictures are no list"),
        (["/etc/passwd"], "give it as a data: URL or as an upload"),
        (["data:image/png;base64,@"], "did not arrive whole"),
        ([{"path": "/etc/passwd"}], "was not uploaded here"),
        ([{"path": "a\0"}], "was not uploaded here"),
        ([""], "is empty"),
        ([3], "This is no picture"),
        ([DATA_URL] * 13, "at most 12 steps"),
    ):
        with pytest.raises(AppError, match=sentence):
            client.predict(["picture 1", "sad"], pictures, api_name="/journey")
    assert len(program.asked) == 3


def test_what_a_component_asks_is_refused_in_the_language_of_the_browser(served):
    url = served(Program())
    parts = httpx.get(f"{url}/config").json()["components"]
    route = next(part["id"] for part in parts if part["props"].get("elem_id") == "route")
    asked = {"session_hash": "one", "component_id": route, "fn_name": "step_of", "data": "data:image/png;base64,AAA"}
    answer = httpx.post(f"{url}/gradio_api/component_server", json=asked, headers={"accept-language": "de-AT,de;q=0.9"})
    assert answer.json()["refusal"] == TABLES["de"]["refusals"]["picture_part"]


def test_what_an_endpoint_takes_is_told_by_a_valid_schema():
    """Agents check what they send by it, and cannot call what has none."""
    endpoints = Program().page().get_api_info(all_endpoints=True)["named_endpoints"]
    for endpoint in endpoints.values():
        for parameter in endpoint["parameters"]:
            Draft202012Validator.check_schema(parameter["type"])

    def checked(endpoint: str) -> dict:
        parameters = endpoints[endpoint]["parameters"]
        return {part["parameter_name"]: Draft202012Validator(part["type"]).is_valid for part in parameters}

    takes, upload = checked("/journey"), {"path": "a.jpg"}
    assert all(map(takes["steps"], (["sad", [0.1, 0.2], {"happy": 1}], "lift me up")))
    assert not any(map(takes["steps"], ([True], 7)))
    assert takes["bars"](4)
    assert takes["bars"]([4, 8])
    assert takes["pictures"]([upload, DATA_URL])
    assert not takes["pictures"](upload)
    # What serves agents would take this for a file of its own machine, and open it for them.
    opened = {**upload, "meta": {"_type": "gradio.FileData"}}
    assert not takes["pictures"]([opened])
    for takes_file in (checked("/compose")["picture"], checked("/emotion")["picture"], checked("/video")["clip"]):
        assert (takes_file(upload), takes_file(DATA_URL), takes_file(opened)) == (True, True, False)
    assert all(map(checked("/compose")["emotion"], (FROM_FACE, "sad", "0.5,-0.4")))


def test_whatever_an_endpoint_takes_and_gives_is_described_whole():
    """Of a description, Gradio tells programs and agents the first line."""
    for function in Program().page().fns.values():
        if function.api_visibility != "public":
            continue
        _, takes, gives = get_function_description(function.fn)
        assert all(takes.values()), function.api_name
        assert len(gives) == len(function.outputs), function.api_name
        told = [line.strip() for line in inspect.getdoc(function.fn).partition("Args:")[2].splitlines() if line.strip()]
        assert len(told) == len(takes) + 1 + len(gives), function.api_name


@pytest.mark.parametrize("with_clip", [False, True])
def test_a_clip_by_its_endpoint_leaves_no_file_but_what_was_asked_for(served, cache, tmp_path, with_clip, monkeypatch):
    monkeypatch.setattr("face2music.page.films.Film.save_clip", lambda film, target: target.write_bytes(b"joined"))
    clip = tmp_path / "me.mp4"
    clip.write_bytes(b"clip")
    program = Program()
    client = Client(served(program), verbose=False, download_files=tmp_path / "got")
    *_, csv, png, joined = client.predict(handle_file(clip), with_clip, seed=3, api_name="/video")
    wanted = [{"clip": b"clip"}, {"read": CLIP, "seed": 3, "wishes": Wishes()}]
    assert program.asked == wanted
    client.predict("data:video/mp4;base64," + base64.b64encode(b"clip").decode(), with_clip, seed=3, api_name="/video")
    assert program.asked == wanted * 2
    for given, sentence in (
        ("clip", "did not arrive whole"),
        ({"path": str(clip)}, "was not uploaded here"),
        ({"path": "a\0"}, "was not uploaded here"),
        ({"path": f"{cache}/{'a' * 64}/{'b' * 5000}"}, "was not uploaded here"),
        ({"path": ["a"]}, "was not uploaded here"),
        (None, "did not arrive"),
    ):
        with pytest.raises(AppError, match=sentence):
            client.predict(given, api_name="/video")
    assert Path(csv).read_bytes().startswith(b"start_s,state,emotion")
    assert Path(png).read_bytes().startswith(b"\x89PNG")
    assert (joined is not None) is with_clip
    assert not [path for path in cache.rglob("*") if path.is_file() and path.read_bytes() == b"clip"]


@pytest.mark.parametrize("refusal", [VideoError("No ffmpeg."), SynthesiserError("No FluidSynth.")])
def test_the_song_of_a_clip_that_cannot_be_joined_is_not_lost(served, tmp_path, refusal, monkeypatch):
    def refused(film, target):
        raise refusal

    monkeypatch.setattr("face2music.page.films.Film.save_clip", refused)
    clip = tmp_path / "me.mp4"
    clip.write_bytes(b"clip")
    client = Client(served(Program()), verbose=False, download_files=tmp_path / "got")
    song, midi, *_, joined = client.predict(handle_file(clip), True, api_name="/video")
    assert Path(midi).is_file()
    assert joined is None
    assert song["warnings"][-1] == str(refusal)


def test_a_clip_is_deleted_even_if_it_is_refused_and_only_an_upload_is_read(cache):
    program = Program(refusal=VideoError("No clip."))
    page = program.page()
    folder = cache / ("a" * 64)
    folder.mkdir()
    clip, other = folder / "me.mp4", cache / "other.mp4"
    for path in (clip, other):
        path.write_bytes(b"clip")
    for path, sentence in ((other, "was not uploaded here"), (clip, "No clip."), (clip, "was watched and deleted")):
        with pytest.raises(gr.Error, match=sentence):
            fire(page, "clip", "watch", Request(), Event(path=str(path)), lambda *_, **__: None, *PANEL)
    assert program.asked == [{"clip": b"clip"}]
    assert (clip.exists(), other.exists()) == (False, True)


def test_another_take_of_a_film_is_as_long_as_its_clip(cache):
    program = Program()
    page = program.page()
    folder = cache / ("a" * 64)
    folder.mkdir()
    (folder / "me.mp4").write_bytes(b"clip")
    watch = (Request(), Event(path=str(folder / "me.mp4")), lambda *_, **__: None)
    shown = fire(page, "clip", "watch", *watch, *panel(bars="12", key="D"))
    assert shown["keep"]["kinds"][:3] == ["csv", "png", "clip"]
    assert shown["clip"].constructor_args["film"] == shown["keep"]["film"]
    again = fire(page, "again", "click", Request(), shown["keep"]["link"], *PANEL)
    assert [list(call) for call in program.asked[1:]] == [["read", "seed", "wishes"]] * 2
    assert again["keep"]["film"] == shown["keep"]["film"]
    made = fire(page, "keep", "ask", Request(), Event(kind="csv"), again["keep"]["link"])["keep"].constructor_args["made"]
    assert made["name"].endswith("-curve.csv")


def test_without_ffmpeg_a_film_says_so_in_place_of_the_button(cache):
    page = Program().page(joining=lambda: "ffmpeg is missing; install it.")
    folder = cache / ("a" * 64)
    folder.mkdir()
    (folder / "me.mp4").write_bytes(b"clip")
    kept = fire(page, "clip", "watch", Request(), Event(path=str(folder / "me.mp4")), lambda *_, **__: None, *PANEL)["keep"]
    assert (kept["kinds"][:3], kept["note"]) == (["csv", "png", "mid"], "ffmpeg is missing; install it.")


@pytest.mark.parametrize("more", [{}, {"meta": {"_type": "gradio.FileData"}}])
def test_a_hand_made_request_cannot_read_or_delete_a_file_of_the_server(served, portrait, more):
    program = Program()
    address = f"{served(program)}/gradio_api/call/emotion"
    event = httpx.post(address, json={"data": [{"path": str(portrait), **more}]}).json()["event_id"]
    assert httpx.get(f"{address}/{event}").text.startswith("event: error")
    assert program.asked == []
    assert portrait.exists()
