"""Judges, statistics and figures on music and numbers made here, so that each answer is known."""

import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pretty_midi
import pytest
import soundfile

from face2music import audio
from face2music.assets import FOLDER
from face2music.errors import DataError, OutputError, RequestError, SynthesiserError
from face2music.evaluation.music import (
    as_text,
    baseline,
    corpora,
    evaluate,
    figures,
    fit,
    fit_judges,
    judges,
    likeness,
    notes,
    sound,
    statistics,
    tables,
)
from face2music.evaluation.music import piece as pieces
from face2music.evaluation.music.songs import Heard
from face2music.mood import EMOTIONS, NORMS

STORED = json.loads((FOLDER / "judges.json").read_text(encoding="utf-8"))
MAJOR, MINOR, CLUSTER = (60, 64, 67), (60, 63, 67), (60, 61, 62)


def has_sound() -> bool:
    try:
        audio.prepare()
    except SynthesiserError:
        return False
    return True


def write(path: Path, notes_of, tempo=120.0, metre=(4, 4)) -> Path:
    """A MIDI file of notes (pitch, start_beat, beats, velocity) for piano."""
    midi = pretty_midi.PrettyMIDI(initial_tempo=tempo)
    midi.time_signature_changes.append(pretty_midi.TimeSignature(*metre, 0))
    piano = pretty_midi.Instrument(0)
    beat = 60 / tempo
    piano.notes = [pretty_midi.Note(v, p, start * beat, (start + length) * beat) for p, start, length, v in notes_of]
    midi.instruments.append(piano)
    midi.write(str(path))
    return path


def chords(chord, times=16, velocity=80):
    return [(pitch, 2 * i, 1.9, velocity) for i in range(times) for pitch in chord]


def line(pitches, beats=1.0):
    return [(pitch, i * beats, 0.9 * beats, 80) for i, pitch in enumerate(pitches)]


def measured(path: Path) -> dict[str, float]:
    return statistics.measure(pieces.read_piece(path))


# Judges


def judge(**changed) -> judges.Judge:
    made = judges.Judge(("a", "b"), (0.0, 0.0), (10.0, 10.0), (5.0, 5.0), (2.0, 1.0), ((0,), (0, 1)), (3.0, 0.5), 1.0, False)
    return replace(made, **changed)


def test_a_judge_is_a_linear_model_of_standardised_features_and_their_products():
    a, b = (9 - 5) / 2, (4 - 5) / 1
    assert judge().judge([{"a": 9, "b": 4, "other": 1}]) == pytest.approx([3 * a + 0.5 * a * b + 1])
    assert judge(logistic=True).judge([{"a": 5, "b": 5}]) == pytest.approx([1 / (1 + np.exp(-1))])


def test_a_judge_hears_nothing_beyond_what_it_has_learnt_from():
    far, edge = judge().judge([{"a": 99, "b": -99}, {"a": 10, "b": 0}])
    assert far == edge
    assert judge().judge([{"a": np.nan, "b": 3}]) == pytest.approx([1.0])


def test_the_shipped_judges_listen_to_what_is_measured():
    for kind, names in (("audio", sound.JUDGED), ("notes", notes.COLUMNS)):
        for made in judges.load(STORED)[kind].values():
            assert set(made.features) == set(names)
            assert len(made.terms) == len(made.coefficients)


@pytest.mark.parametrize(("kind", "axis", "raised"), [
    ("audio", "arousal", {"centroid_log2_hz": 1, "onsets_per_s": 1, "rms_log10": 1}),
    ("audio", "valence", {"centroid_log2_hz": 1, "onsets_per_s": 1}),
    ("notes", "arousal", {"velocity": 1, "onsets_per_s": 1, "note_length_log_s": -1}),
    ("notes", "valence", {"mode_tilt": 1, "triad_minor": -1, "semitone_share": -1, "low_share": -1}),
])  # fmt: skip
def test_the_shipped_judges_agree_with_what_is_known_of_music(kind, axis, raised):
    made = judges.load(STORED)[kind][axis]
    middle = dict(zip(made.features, made.mean, strict=True))
    moved = middle | {name: middle[name] + way * made.scale[made.features.index(name)] for name, way in raised.items()}
    plain, more = made.judge([middle, moved])
    assert more > plain + (0.1 if kind == "notes" else 0.5)


def test_the_shipped_figures_are_as_good_as_published_judges():
    assert STORED["audio"]["arousal"]["figures"]["cross_validated_r"] > 0.65
    assert STORED["audio"]["valence"]["figures"]["cross_validated_r"] > 0.65
    assert STORED["notes"]["arousal"]["figures"]["cross_validated_accuracy"] > 0.88
    assert STORED["notes"]["valence"]["figures"]["cross_validated_accuracy"] > 0.73


# Fitting


@pytest.fixture(scope="module")
def rated() -> pd.DataFrame:
    """Ratings that are a product and a sum of features, and noise; two rows are of the same song."""
    chance = np.random.default_rng(1)
    a, b, noise = chance.normal(size=(3, 400))
    valence = a * b + b + 0.1 * noise
    return pd.DataFrame({"a": a, "b": b, "valence": valence, "group": np.arange(400) // 2})


def test_a_fitted_judge_finds_products_in_songs_that_it_has_not_heard(rated):
    held_out = fit._held_out(rated, "valence", ("a", "b"), degree=2, logistic=False)
    assert np.corrcoef(held_out, rated["valence"])[0, 1] > 0.97
    plain = fit._held_out(rated, "valence", ("a", "b"), degree=1, logistic=False)
    assert np.corrcoef(plain, rated["valence"])[0, 1] < 0.85


def test_a_judge_learns_nothing_from_chance(rated):
    shuffled = rated.assign(valence=np.random.default_rng(2).permutation(rated["valence"]))
    held_out = fit._held_out(shuffled, "valence", ("a", "b"), degree=2, logistic=False)
    assert abs(np.corrcoef(held_out, shuffled["valence"])[0, 1]) < 0.2


def test_a_fitted_judge_is_plain_numbers(rated):
    stored = fit._fitted(rated, "valence", ("a", "b"), degree=1, logistic=True)
    assert json.loads(json.dumps(stored)) == stored
    said = judges.Judge.from_dict(stored).judge(rated.to_dict("records"))
    assert np.mean((said > 0.5) == (rated["valence"] > 0)) > 0.75


def test_fitting_without_the_data_is_refused(tmp_path):
    with pytest.raises(DataError, match="has no folder deam"):
        fit_judges(tmp_path)


def test_clips_find_their_ratings_by_genre_and_title(tmp_path):
    folder = tmp_path / "musifeast17"
    folder.mkdir()
    names = (
        "Amb_H_01_new-clip_Ambient_HIGH_A_Walk.mp3",
        "Pop_L_01_new-clip_Pop_MED_Thank_You.mp3",
        "Pop_L_02_new-clip_Pop_LOW_No.mp3",
    )
    columns = [
        "rhythm_tempo_Mean",
        "articulation_eventdensity_Mean",
        "timbre_centroid_Mean",
        "dynamics_rms_Mean",
        "dynamics_rms_Std",
    ]
    features = pd.DataFrame([[name, 100, 3, 1024, 0.1, 0.01] for name in names], columns=["file", *columns])
    features.to_csv(folder / "features_mirtoolbox_1.8.2.csv", sep="\t", index=False)
    norms = pd.DataFrame(
        {
            "GENRE": ["Pop", "Ambient", "Folk"],
            "TRACK_TITLE": ["Thank You!", "A Walk", "No"],
            "valence_M": [4, 3, 1],
            "arousal_M": [5, 2, 1],
        }
    )
    norms.to_csv(folder / "MUSIFEAST17_all.csv", index=False)
    found = tables.musifeast(tmp_path)
    assert dict(zip(found["group"], found["valence"], strict=True)) == {"ambawalk": 3, "popthankyou": 4}
    assert found["centroid_log2_hz"].tolist() == [10, 10]
    assert found["rms_variation_log10"].tolist() == pytest.approx([-1, -1])


# What the judges hear


def test_the_colour_of_harmony_is_measured(tmp_path):
    major, minor, sour = (notes.measure(write(tmp_path / "a.mid", chords(chord))) for chord in (MAJOR, MINOR, CLUSTER))
    assert (major["triad_major"], major["triad_minor"]) == (1, 0)
    assert (minor["triad_major"], minor["triad_minor"]) == (0, 1)
    assert major["mode_tilt"] > 0.05 > -0.05 > minor["mode_tilt"]
    assert (major["semitone_share"], minor["semitone_share"]) == (0, 0)
    assert sour["semitone_share"] == pytest.approx(2 / 3)
    assert set(major) == set(notes.COLUMNS)


def test_low_notes_and_lengths_are_measured(tmp_path):
    heard = notes.measure(write(tmp_path / "a.mid", chords((36, 47, 48, 60))))
    assert heard["low_share"] == 0.5
    assert heard["note_length_log_s"] == pytest.approx(np.log(0.95), abs=0.01)


def test_the_level_and_its_variation_are_measured(tmp_path):
    t = np.arange(5 * 22050) / 22050
    loud = 0.5 * np.sin(2 * np.pi * 440 * t)
    soundfile.write(tmp_path / "even.wav", loud, 22050)
    soundfile.write(tmp_path / "uneven.wav", loud * np.where(t % 1 < 0.5, 1, 0.1), 22050)
    even, uneven = (sound.measure(tmp_path / f"{name}.wav", 30.0) for name in ("even", "uneven"))
    assert even["rms_log10"] == pytest.approx(np.log10(0.5 / 2**0.5), abs=0.02)
    assert uneven["rms_log10"] < even["rms_log10"]
    assert uneven["rms_variation_log10"] > even["rms_variation_log10"] + 0.5
    assert set(sound.JUDGED) < set(even)
    assert not {"key", "duration_s"} & set(even)


# Statistics


def test_a_repeated_bar_is_all_repetition(tmp_path):
    said = measured(write(tmp_path / "a.mid", line((60, 62, 64, 65) * 12)))
    for lag in statistics.LAGS:
        assert said[f"rhythm_similarity_{lag}"] == pytest.approx(1)
        assert said[f"pitch_similarity_{lag}"] == pytest.approx(1)
    assert said["groove_consistency"] == 1
    assert said["pitch_class_entropy"] == pytest.approx(2)
    assert said["scale_consistency"] == 1
    assert said["npvi"] == pytest.approx(0, abs=0.5)
    assert said["step_share"] == pytest.approx(36 / 47)
    assert said["rest_share"] == pytest.approx(0.1, abs=0.02)


def test_a_climbing_line_repeats_its_rhythm_only(tmp_path):
    said = measured(write(tmp_path / "a.mid", line(range(36, 84))))
    assert said["rhythm_similarity_1"] == 1
    assert said["pitch_similarity_1"] == 0
    assert said["pitch_class_entropy"] == pytest.approx(np.log2(12))
    assert said["scale_consistency"] == pytest.approx(7 / 12)
    assert said["step_share"] == 1


@pytest.mark.parametrize(("melody", "share"), [((72, 76, 79), 1.0), ((74, 74, 74), 0.0), ((72, 74, 74), 1 / 3)])
def test_chord_tones_are_counted_on_strong_beats(tmp_path, melody, share):
    under = [(pitch, 4 * bar, 3.9, 70) for bar in range(12) for pitch in (48, 52, 55)]
    over = [(melody[bar % 3], 4 * bar + 2 * half, 1.5, 90) for bar in range(12) for half in range(2)]
    assert measured(write(tmp_path / "a.mid", under + over))["chord_tone_share"] == pytest.approx(share)


def test_bars_follow_the_metre(tmp_path):
    three = pieces.read_piece(write(tmp_path / "a.mid", line((60, 64, 67) * 16), metre=(3, 4)))
    assert three.bars.sixteenths == 12
    assert np.diff(three.bars.start) == pytest.approx(np.full(len(three.bars.start) - 1, 1.5))
    assert statistics.measure(three)["pitch_similarity_1"] == 1


def test_without_bars_what_needs_them_is_blank(tmp_path):
    said = statistics.measure(pieces.read_piece(write(tmp_path / "a.mid", line(range(60, 80))), with_bars=False))
    assert {name for name, value in said.items() if np.isnan(value)} == set(statistics.IN_BARS)


def test_a_long_piece_gives_sixteen_bars_from_its_middle(tmp_path):
    whole = pieces.read_piece(write(tmp_path / "a.mid", line([bar // 4 for bar in range(160)])))
    cut = pieces.excerpt(whole)
    assert set(cut.notes.pitch) == set(range(12, 28))
    assert cut.notes.end.max() <= cut.bars.start[-1]


def test_histograms_are_shares_of_what_was_played(tmp_path):
    counted = statistics.distributions(pieces.read_piece(write(tmp_path / "a.mid", line((60, 62) * 20))))
    assert all(shares.sum() == pytest.approx(1) for shares in counted.values())
    assert counted["interval"][2] == 1
    assert counted["note_length"][np.searchsorted(statistics.BINS["note_length"], 0.45) - 1] == 1


def test_corpora_are_summed_up_from_their_files(tmp_path):
    data = tmp_path / "data"
    for number, (corpus, folder) in enumerate(
        {"EMOPIA": "emopia", "VGMIDI": "vgmidi/midi", "POP909": "pop909/POP909/001"}.items()
    ):
        (data / folder).mkdir(parents=True)
        write(data / folder / f"{corpus}.mid", line(range(48 + number, 84 + number)))
    beats = "".join(f"{beat / 2} 0.0 {float(beat % 4 == 0)}\n" for beat in range(36))
    (data / "pop909/POP909/001/beat_midi.txt").write_text(beats)
    found = corpora.reference(data)
    assert {name: corpus["pieces"] for name, corpus in found.items()} == {"EMOPIA": 1, "VGMIDI": 1, "POP909": 1}
    assert found["POP909"]["quantiles"]["step_share"] == [1] * 21
    assert set(found["EMOPIA"]["quantiles"]) == set(statistics.FREE)
    assert "groove_consistency" in found["POP909"]["quantiles"]
    assert sum(found["VGMIDI"]["distributions"]["degree"]) == pytest.approx(1, abs=0.01)


def test_a_corpus_that_is_missing_is_named(tmp_path):
    with pytest.raises(DataError, match="holds no MIDI file"):
        corpora.reference(tmp_path)


# Likeness


def test_people_overlap_with_themselves_and_not_with_the_far_away():
    human = np.random.default_rng(1).normal(size=60)
    alike = np.random.default_rng(2).normal(size=40)
    assert likeness.overlap(alike, human) > 0.85
    assert likeness.overlap(alike + 30, human) < 0.05
    assert likeness.overlap(alike, np.zeros(5)) == 0


def test_inside_is_inside_the_interquartile_range():
    shipped = STORED["corpora"]
    middle = dict.fromkeys(statistics.STATISTICS, np.nan)
    for corpus in shipped.values():
        middle |= {name: quantiles[10] for name, quantiles in corpus["quantiles"].items()}
    outside = {name: max(c["quantiles"][name][-1] for c in shipped.values() if name in c["quantiles"]) + 1 for name in middle}
    counted = {name: np.array(shipped["POP909"]["distributions"][name]) for name in statistics.BINS}
    songs = [middle] * 7 + [outside] * 3
    found = likeness.compare(songs, [counted] * 10, shipped)
    assert all(row["inside_any"] == 0.7 for row in found["statistics"].values())
    assert found["inside_any"] == 1
    assert likeness.compare(songs[1:], [counted] * 9, shipped)["inside_any"] == 0
    assert found["distributions"]["interval"]["overlap"]["POP909"] == pytest.approx(1, abs=0.01)


def test_people_are_held_to_the_same_count():
    even = {"quantiles": {"polyphony": list(np.linspace(0, 20, 21))}}
    narrow = {"quantiles": {"polyphony": list(np.linspace(9, 11, 21))}}
    assert likeness.people({"even": even}) == {"even": 0}
    assert likeness.people({"even": even, "narrow": narrow}) == {"even": 0, "narrow": 1}


# Baseline


def test_the_baseline_keeps_to_its_averages_and_chords():
    averages = {"mode": "minor", "tempo_bpm": [100, 110], "velocity": [60, 70], "onsets_per_s": [3, 4]}
    first, again, other = (baseline.compose(averages, "sad", seed, 20.0) for seed in (1, 1, 2))
    assert first == again != other
    midi = pretty_midi.PrettyMIDI(io.BytesIO(first))
    bar = 240 / midi.get_tempo_changes()[1][0]
    assert 100 <= 240 / bar <= 110
    assert 18 <= midi.get_end_time() <= 20
    for note in midi.instruments[0].notes:
        chord = baseline.CHORDS["minor"][int((note.start + 0.01) / bar) % 4]
        assert note.pitch % 12 in {pitch % 12 for pitch in chord}
        assert 60 <= note.velocity <= 70


def test_the_baseline_draws_from_the_songs_near_an_emotion():
    place = np.linspace(1, 9, 400)
    songs = pd.DataFrame(
        {"valence": place, "arousal": place, "tempo_bpm": 60 + 10 * place, "onsets_per_s": place, "rms_log10": -1.0}
    )
    found = baseline.ranges(songs)
    assert found["happy"]["mode"] == found["neutral"]["mode"] == "major"
    assert found["sad"]["mode"] == "minor"
    assert np.mean(found["happy"]["tempo_bpm"]) > np.mean(found["neutral"]["tempo_bpm"]) > np.mean(found["sad"]["tempo_bpm"])
    assert found["happy"]["velocity"] == [64, 64]


# Figures


def heard(emotion: str, seed: int, **said: float) -> Heard:
    return Heard("made", emotion, seed, Path(f"{emotion}-{seed}.mid"), said, {}, {}, {})


@pytest.fixture
def songs() -> list[Heard]:
    """Each emotion has a place of its own; seeds differ a little."""
    spots = np.eye(len(EMOTIONS))
    chance = np.random.default_rng(1)
    return [
        heard(emotion, seed, **{f"x{i}": float(v) for i, v in enumerate(spots[n] + 0.05 * chance.normal(size=len(EMOTIONS)))})
        for seed in range(4)
        for n, emotion in enumerate(EMOTIONS)
    ]


def test_songs_with_a_place_of_their_own_are_told_apart(songs):
    apart = figures.told_apart(songs)
    assert apart["accuracy"] == apart["fear_or_sad_accuracy"] == 1
    assert np.array_equal(apart["confusion"], 4 * np.eye(7))


def test_songs_that_are_all_alike_are_not(songs):
    chance = np.random.default_rng(2)
    alike = [replace(song, sound={"x": chance.normal(), "y": chance.normal()}) for song in songs]
    apart = figures.told_apart(alike)
    assert apart["accuracy"] < 0.4
    assert np.sum(apart["confusion"], axis=1).tolist() == [4] * 7


def test_songs_heard_as_intended_meet_every_goal_of_the_judges(songs):
    intended = {axis: np.array([getattr(NORMS[song.emotion], axis) for song in songs]) for axis in judges.AXES}
    said = {
        "audio": {axis: 5 + 3 * v for axis, v in intended.items()},
        "notes": {axis: 0.5 + v / 2 for axis, v in intended.items()},
    }
    agreed = figures.agreement(songs, said)
    found = figures.key_figures(agreed, {"accuracy": 1.0, "fear_or_sad_accuracy": 1.0}, {"inside_any": 0.9})
    assert agreed["audio"]["valence"]["correlation"] == 1
    assert found["sad_below"] == pytest.approx(3 * (0.51 + 0.27))
    assert found["happy_above"] == pytest.approx(3 * (0.81 + 0.51))
    assert set(found) == {goal.name for goal in figures.GOALS}
    assert all(found[g.name] <= g.wanted if g.at_most else found[g.name] >= g.wanted for g in figures.GOALS)


def test_a_judge_that_hears_no_difference_correlates_with_nothing(songs):
    said = {axis: np.full(len(songs), 0.5) for axis in judges.AXES}
    assert figures.agreement(songs, {"audio": said})["audio"]["arousal"]["correlation"] == 0


# The whole


@pytest.mark.parametrize(
    ("settings", "message"),
    [({"per_emotion": 1}, "ask for 2 or more"), ({"generators": ("other",)}, "generators are face2music, baseline; got other")],
)
def test_what_cannot_be_evaluated_is_refused(settings, message):
    with pytest.raises(RequestError, match=message):
        evaluate(judges=STORED, **settings)


def test_a_report_that_cannot_be_written_is_refused_before_the_work(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="is no folder"):
        evaluate(judges=STORED, out=tmp_path / "file")


@pytest.mark.skipif(not has_sound(), reason="needs FluidSynth and a sound font")
def test_the_report_holds_everything(tmp_path):
    result = evaluate(per_emotion=2, duration_s=8.0, seed=3, out=tmp_path / "report", judges=STORED, generators=("baseline",))
    assert json.loads((tmp_path / "report/figures.json").read_text()) == json.loads(json.dumps(result, allow_nan=False))
    found = result["generators"]["baseline"]
    assert [(song["emotion"], song["seed"]) for song in found["songs"]] == [(e, s) for s in (3, 4) for e in EMOTIONS]
    assert all(1 < song["audio"]["arousal"] < 9 and 0 < song["notes"]["valence"] < 1 for song in found["songs"])
    page = (tmp_path / "report/report.html").read_text()
    assert page.count("data:image/png;base64,") == 3 + 2 + 7
    assert "http" not in page
    for song in found["songs"]:
        assert f'href="{song["midi"]}"' in page
        assert pretty_midi.PrettyMIDI(str(tmp_path / "report" / song["midi"])).instruments[0].notes
    text = as_text(result)
    assert all(goal.text in text for goal in figures.GOALS)
