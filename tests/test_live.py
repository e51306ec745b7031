"""Live music: the mood that is told, the bars that follow it, their sound, and the song of what was played."""

import threading
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from songs import alike

from face2music import audio
from face2music.errors import BusyError, RequestError
from face2music.limiter import CEILING
from face2music.live import AWAY, HELD, SEEN, Composer, Follower, Player
from face2music.live.voice import LEAN_BEATS
from face2music.midi import to_midi
from face2music.mood import EMOTIONS, NORMS, Mood
from face2music.pipeline import EMOTIONS as NAMES
from face2music.pipeline import Live, Wishes, open_link, replay
from face2music.pipeline.loaded import profiles
from face2music.pipeline.rooms import Rooms

TURNS = ("neutral",) * 5 + ("happy",) * 7 + ("sad",) * 5 + ("fear",) * 2 + ("angry",) * 6
STEEPEST = 1.08  # of the tempo, from a bar to the next one
OCTAVE, FIFTH = 12, 7


def reading(**shares: float) -> np.ndarray:
    """Mostly what is named."""
    row = np.array([shares.get(name, 0.02) for name in EMOTIONS])
    return row / row.sum()


def written(moods, seed=1, wishes=Wishes()):  # noqa: B008 frozen
    composer = Composer(profiles(), seed, wishes)
    bars = [
        composer.write(NORMS[mood] if isinstance(mood, str) else mood, closing=number == len(moods))
        for number, mood in enumerate(moods, start=1)
    ]
    return composer, bars


@cache
def turning(seed=1):
    composer, bars = written(TURNS, seed)
    return composer, bars, *composer.finished()


class TestFollower:
    def follow(self, *readings, step_s=0.5):
        follower = Follower()
        return follower, [follower.see(each, (place + 1) * step_s) for place, each in enumerate(readings)]

    def test_the_first_reading_decides_and_then_it_takes_two(self):
        happy, sad = reading(happy=0.9), reading(sad=0.9)
        _, told = self.follow(happy, happy, sad, happy, sad, sad)
        assert [each.emotion for each in told] == ["happy", "happy", "happy", "happy", "happy", "sad"]
        assert [each.doubted for each in told] == [False, False, True, False, True, False]

    def test_a_second_look_shortly_after_decides_too(self):
        follower, _ = self.follow(*[reading(neutral=0.9)] * 4)
        assert follower.see(reading(happy=0.8), 2.5).doubted
        assert follower.see(reading(happy=0.8), 2.7).emotion == "happy"

    def test_a_new_emotion_is_told_at_once_and_not_little_by_little(self):
        _, told = self.follow(*[reading(sad=0.9)] * 6, *[reading(happy=0.9)] * 2)
        assert told[-1].mood.valence > 0.5
        assert told[-2].mood.valence < -0.4

    def test_a_laugh_is_over_at_the_third_look_though_the_face_is_unsure_of_what_it_shows_now(self):
        unsure = reading(neutral=0.36, happy=0.28, disgust=0.12, sad=0.12)
        follower, _ = self.follow(*[reading(happy=0.98)] * 6)
        told = [follower.see(unsure, 3.5 + 0.15 * look) for look in range(3)]
        assert [each.doubted for each in told] == [True, True, False]
        assert told[1].mood.valence > 0.4
        assert told[2].mood.valence < 0.2

    def test_readings_that_agree_on_nothing_change_little(self):
        _, told = self.follow(
            *[reading(happy=0.98)] * 6, *[reading(**{name: 0.4, "happy": 0.4}) for name in ("sad", "fear", "angry")]
        )
        assert told[-1].emotion == "happy"
        assert told[-1].mood.valence > 0.2

    def test_who_is_gone_is_held_and_then_settles_to_calm(self):
        _, told = self.follow(*[reading(happy=0.9)] * 4, *[None] * 40)
        assert [each.face for each in (told[3], told[4], told[8], told[12], told[-1])] == [SEEN, HELD, HELD, AWAY, AWAY]
        assert told[8].mood == told[3].mood
        distances = [np.hypot(*each.mood.point[:2]) for each in told[10:]]
        assert distances == sorted(distances, reverse=True)
        assert told[-1].emotion == "neutral"
        assert distances[-1] < 0.1

    def test_it_settles_as_far_whether_one_looks_often_or_not_at_all(self):
        often, told = self.follow(*[reading(happy=0.9)] * 4, *[None] * 20)
        never, _ = self.follow(*[reading(happy=0.9)] * 4)
        assert often.told(9_000).mood.valence == 0  # hours later, too
        assert never.told(12.0).mood.point == pytest.approx(told[-1].mood.point, abs=0.003)

    def test_a_face_that_rests_sadly_is_neutral_once_it_is_calibrated(self):
        resting, smiling = reading(sad=0.55, neutral=0.35), reading(happy=0.8, sad=0.2)
        follower, told = self.follow(*[resting] * 4)
        assert told[-1].emotion == "sad"
        follower.calibrate(2.0)
        during = [follower.see(resting, 2.0 + 0.5 * place) for place in range(1, 20)]
        assert during[0].calibrating_s == pytest.approx(9.5)
        assert not during[-1].calibrated
        after = [follower.see(resting, 11.5 + 0.5 * place) for place in range(1, 9)]
        assert after[-1].calibrated
        assert after[-1].emotion == "neutral"
        assert [follower.see(smiling, 16 + 0.5 * place).emotion for place in range(3)][-1] == "happy"

    def test_a_calibration_without_a_face_changes_nothing(self):
        follower, _ = self.follow(reading(happy=0.9))
        follower.calibrate(1.0)
        told = [follower.see(None, 1 + 0.5 * place) for place in range(1, 24)]
        assert not told[-1].calibrated
        assert told[-1].calibrating_s == 0


class TestComposer:
    def test_the_same_moods_and_seed_give_the_same_bytes_and_another_seed_others(self):
        again, _ = written(TURNS)
        assert to_midi(again.finished()[1]) == to_midi(turning()[3])
        assert to_midi(turning(2)[3]) != to_midi(turning()[3])

    def test_what_is_played_does_not_depend_on_what_comes(self):
        _, other = written((*TURNS[:12], *["disgust"] * 4))
        assert [bar.events for bar in other[:12]] == [bar.events for bar in turning()[1][:12]]

    @pytest.mark.parametrize("seed", [1, 2, 5])
    def test_no_note_is_stuck_cut_twice_or_out_of_turn(self, seed):
        sounding, now = set(), 0
        for bar in turning(seed)[1]:
            for tick, message in bar.events:
                assert now <= tick
                assert bar.end_tick is None or tick < bar.end_tick
                now = tick
                if message.type == "note_on":
                    assert (message.channel, message.note) not in sounding
                    sounding.add((message.channel, message.note))
                elif message.type == "note_off":
                    sounding.remove((message.channel, message.note))
        assert not sounding

    @pytest.mark.parametrize("seed", [1, 2, 5])
    def test_no_pedal_bend_or_swell_is_left_behind(self, seed):
        for part in turning(seed)[3].parts:
            pedals = [move.value for move in part.controls if move.number == 64]
            assert not pedals or pedals[-1] == 0
            assert not part.bends or part.bends[-1].semitones == 0

    def test_a_change_of_mood_is_in_the_next_bar(self):
        bars = turning()[1]
        calm, happy = bars[4].here, bars[5].here
        assert happy.mood == NORMS["happy"]
        assert bars[5].section.start_bar == 5
        assert happy.tempo_bpm > calm.tempo_bpm
        assert happy.velocity > calm.velocity
        assert bars[12].here.minor

    @pytest.mark.parametrize("seed", [1, 2, 5])
    def test_tempo_key_and_melody_do_not_jump_at_joins(self, seed):
        _, bars, plan, score = turning(seed)
        for before, after in pairwise(bars):
            assert 1 / STEEPEST - 1e-9 <= after.tempo_bpm / before.tempo_bpm <= STEEPEST + 1e-9
        for section in plan.sections:
            assert len(section.chords) == len(section.chord_bars)
        melody = sorted(
            (note for part in score.parts if part.role == "melody" for note in part.notes), key=lambda n: n.start_beat
        )
        turn = 5 * plan.metre.beats
        held = [note for note in melody if note.start_beat < turn - 0.2 and note.end_beat > turn + 0.01]
        assert not held  # a phrase of another mood does not begin under the last note of the one before

    def test_the_melody_goes_on_near_its_last_note_where_the_mood_turns_and_then_finds_its_own_register(self):
        leaps, off = [], []
        for seed in range(1, 7):
            _, bars, plan, score = turning(seed)
            melody = sorted((note.start_beat, note.pitch) for part in score.parts if part.role == "melody" for note in part.notes)
            for turn in [bar for bar in range(1, len(TURNS)) if TURNS[bar] != TURNS[bar - 1]]:
                line = turn * plan.metre.beats - LEAN_BEATS
                before = [pitch for beat, pitch in melody if beat < line]
                after = [pitch for beat, pitch in melody if beat >= line]
                leaps.append(abs(after[0] - before[-1]))
                settled = [pitch for beat, pitch in melody if line + 2 * plan.metre.beats <= beat < line + 4 * plan.metre.beats]
                own = bars[min(turn + 3, len(bars) - 1)].here.part("melody")
                off += [abs(np.mean(settled) - own.centre)] if settled else []
        assert max(leaps) <= OCTAVE
        assert np.median(leaps) <= FIFTH
        assert np.median(off) < FIFTH

    def test_tempo_arrives_within_some_bars(self):
        _, bars = written(["sad"] * 4 + ["happy"] * 9)
        calm, goal = bars[3].tempo_bpm, bars[-2].here.tempo_bpm
        assert bars[4].tempo_bpm > 1.03 * calm  # at once, and then further
        assert bars[-2].tempo_bpm == pytest.approx(goal, rel=0.04)

    def test_chords_lead_on_from_round_to_round(self):
        """The first chord of a round has, on average, a common or a neighbouring note for each of the last one's."""
        composer = Composer(profiles(), 3, Wishes(style="chamber"))
        for _ in range(20):
            before = composer._draft
            composer.write(NORMS["neutral"])
            if before is not None and composer._lead is not None:
                break
        first = composer._draft.harmonies[0]
        moves = [min(abs(pitch - other) for other in composer._lead.voices) for pitch in first.voices]
        assert sum(moves) / len(moves) <= 3

    def test_a_mood_that_stays_makes_whole_rounds_with_new_themes_and_the_first_ones_again(self):
        _, bars = written(["happy"] * 70)
        names = [bar.section.name for bar in bars if bar.section.start_bar == bar.number]
        assert names[:10] == ["Intro", "A", "A'", "B", "A'", "A", "A'", "C", "A'", "A"]

        def melody(number):
            return [(tick % 480, message.note) for tick, message in bars[number].events if message.type == "note_on"]

        assert melody(2) != melody(18)

    def test_a_drift_changes_numbers_within_the_phrase_and_only_a_turn_begins_another(self):
        moods = [Mood(0.5 + 0.04 * step, 0.5, 0.4) for step in range(8)]
        _, bars = written(moods)
        assert [bar.section.start_bar for bar in bars[2:6]] == [2, 2, 2, 2]
        assert len({bar.here.velocity for bar in bars[2:6]}) == 4

    def test_wishes_hold_from_the_first_bar_to_the_last(self):
        wishes = Wishes(tempo_bpm=100, key="D", mode="minor", style="solo piano")
        _, bars = written(TURNS, 1, wishes)
        assert {round(bar.here.tempo_bpm) for bar in bars} == {100}
        assert {bar.here.mode for bar in bars} == {"aeolian"}
        assert {part.instrument for bar in bars for part in bar.here.parts if part.role == "melody"} == {"Acoustic Grand Piano"}
        assert {bar.section.shift for bar in bars} == {0}

    def test_a_number_of_bars_and_a_wrong_wish_are_refused(self):
        with pytest.raises(RequestError, match="leave out the number of bars"):
            Composer(profiles(), 1, Wishes(bars=8))
        with pytest.raises(RequestError, match="no key"):
            Composer(profiles(), 1, Wishes(key="H"))

    def test_every_mood_far_from_the_others_has_channels_however_many_come(self):
        composer, _ = written([name for name in EMOTIONS for _ in range(4)] * 2, 4)
        parts = composer.finished()[1].parts
        assert len({part.channel for part in parts}) == len(parts) <= 16
        assert to_midi(composer.finished()[1])


def played(moods, piece, seed=1):
    composer, player, out, left = Composer(profiles(), seed, Wishes()), Player(), [], list(moods)
    while True:
        while player.needs(piece):
            composer_bar = composer.write(NORMS[left.pop(0)], closing=not left)
            player.add(composer_bar)
        out.append(player.pull(piece))
        if player.given == player.end:
            player.close()
            return composer, np.concatenate(out), player


class TestSound:
    def test_pieces_of_any_size_are_the_sound_of_the_takes_file_to_the_sample(self):
        moods = (*["neutral"] * 2, *["angry"] * 3, "sad", "sad")
        composer, heard, player = played(moods, 11_025)
        assert alike(heard, played(moods, 4_999)[1])
        whole = audio.render(to_midi(composer.finished()[1])).samples
        rung = round(audio.FADE_S * audio.SAMPLE_RATE)
        assert alike(heard[: len(whole) - rung], whole[:-rung])
        assert len(heard) == player.end
        assert np.abs(heard.astype(int)).max() <= CEILING * 32767 + 1
        assert np.abs(heard[-2:].astype(int)).max() <= 2


@pytest.fixture
def watched(monkeypatch):
    """Live music at a time that the test sets, with a face that shows what the test says."""
    shown, now = {"reading": reading(neutral=0.9)}, [0.0]
    monkeypatch.setattr(Live, "_read", lambda self, picture: shown["reading"])
    live = Live(seed=3, clock=lambda: now[0])
    yield live, shown, now
    live.close()


class TestLive:
    def go(self, live, now, seconds, *, looking=True):
        """Look twice a second and pull as much as time passes."""
        bars, pieces = [], []
        for place in range(round(seconds * 4)):
            now[0] += 0.25
            if looking and place % 2 == 0 and live.look(b"").doubted:
                live.look(b"")
            pieces.append(live.pull())
            bars += pieces[-1].bars
        return bars, pieces

    def test_a_change_of_face_is_heard_at_the_next_bar(self, watched):
        live, shown, now = watched
        self.go(live, now, 6)
        shown["reading"] = reading(happy=0.9)
        changed_s = now[0]
        bars, _ = self.go(live, now, 8)
        length = bars[1][0] - bars[0][0]
        first = next((at, bar) for at, bar in bars if bar.here.mood.valence > 0.4)
        # Half a second to the next look, a piece that was taken before, and the bar that was going on.
        assert first[0] / audio.SAMPLE_RATE - changed_s <= length / audio.SAMPLE_RATE + 1.5
        assert first[1].section.start_bar == first[1].number

    def test_the_take_is_a_song_of_what_was_played_and_its_link_opens_it(self, watched):
        live, shown, now = watched
        self.go(live, now, 3)
        shown["reading"] = reading(sad=0.9)
        _, pieces = self.go(live, now, 5)
        live.stop()
        while not pieces[-1].last:
            pieces.append(live.pull())
        with pytest.raises(RequestError, match="has ended"):
            live.pull()
        song = live.song()
        assert song.plan.sections[-1].name == "Ending"
        assert song.strongest in NAMES
        assert song.curve is not None
        assert len(song.roll()["bars"]) == song.plan.bars == len(song.played)
        assert open_link(song.link, render=False).midi == song.midi
        assert set(song.files(["mid", "json", "musicxml"])) == {
            f"face2music-{song.strongest}-3.{kind}" for kind in ("mid", "json", "musicxml")
        }
        assert song.reasons()

    def test_a_take_that_is_broken_off_ends_too(self, watched):
        live, _, now = watched
        with pytest.raises(RequestError, match="Nothing was played"):
            live.song()
        self.go(live, now, 1, looking=False)
        live.close()
        assert live.song().plan.sections[-1].name == "Ending"

    def test_a_replay_wants_moods(self):
        with pytest.raises(RequestError, match="at least one"):
            replay((), seed=1)


class TestRooms:
    class Quiet:
        def __init__(self):
            self.stopped = self.closed = False

        def stop(self):
            self.stopped = True

        def close(self):
            self.closed = True

    def test_only_so_many_listen_at_once_and_each_to_their_own(self):
        rooms = Rooms(places=2)
        one, two = rooms.enter("a", self.Quiet), rooms.enter("b", self.Quiet)
        assert rooms.of("a") is one
        assert rooms.of("b") is two
        with pytest.raises(BusyError, match="try again in a few minutes"):
            rooms.enter("c", self.Quiet)
        rooms.leave("a")
        assert one.closed
        assert rooms.enter("c", self.Quiet) is not two
        again = rooms.enter("b", self.Quiet)  # in place of their own
        assert two.closed
        assert rooms.of("b") is again

    def test_who_asks_for_nothing_makes_room_and_who_stays_long_is_brought_to_a_close(self):
        now = [0.0]
        rooms = Rooms(places=1, idle_s=20, most_s=100, clock=lambda: now[0])
        gone = rooms.enter("a", self.Quiet)
        now[0] = 21
        stays = rooms.enter("b", self.Quiet)
        assert gone.closed
        with pytest.raises(RequestError, match="start it again"):
            rooms.of("a")
        assert rooms.take("a") is gone  # who was only cut off asks for the song
        for _ in range(12):
            now[0] += 10
            rooms.of("b")
        assert stays.stopped

    def test_music_that_is_over_waits_for_its_song_but_not_for_ever(self):
        now = [0.0]
        rooms = Rooms(places=1, clock=lambda: now[0])
        over = rooms.enter("a", self.Quiet)
        rooms.rest("a")
        assert len(rooms) == 0
        again = rooms.enter("a", self.Quiet)
        assert rooms.take("a") is over
        assert rooms.take("a") is again
        with pytest.raises(RequestError, match="start it again"):
            rooms.take("a")
        rooms.enter("a", self.Quiet)
        rooms.rest("a")
        now[0] = 1_000
        forgotten = rooms._rested["a"].live
        rooms.enter("b", self.Quiet)
        assert forgotten.closed

    def test_who_begins_anew_or_leaves_while_music_begins_leaves_none_behind(self):
        rooms, made = Rooms(), []

        def slow(meanwhile):
            def begin():
                meanwhile()
                made.append(self.Quiet())
                return made[-1]

            return begin

        with pytest.raises(RequestError, match="start it again"):
            rooms.enter("a", slow(lambda: rooms.enter("a", slow(lambda: None))))
        newer, older = made
        assert (rooms.of("a"), older.closed, newer.closed) == (newer, True, False)
        with pytest.raises(RequestError, match="start it again"):
            rooms.enter("b", slow(lambda: rooms.leave("b")))
        assert made[-1].closed

        def broken():
            rooms.enter("a", slow(lambda: None))
            raise OSError("no synthesiser")

        with pytest.raises(OSError, match="no synthesiser"):
            rooms.enter("a", broken)
        assert rooms.of("a") is made[-1], "what failed takes nothing from what began since"

    def test_only_so_much_waits_for_its_song_to_be_asked_for(self):
        rooms, over = Rooms(places=2), []
        for number in range(9):
            over.append(rooms.enter(str(number), self.Quiet))
            rooms.rest(str(number))
        assert [each.closed for each in over] == [True] + [False] * 8

    def test_a_sweeper_frees_them_even_if_nobody_comes(self):
        rooms = Rooms(idle_s=0.05)
        gone = rooms.enter("a", self.Quiet)
        done = threading.Event()
        for _ in range(100):
            if gone.closed:
                break
            done.wait(0.05)
        assert gone.closed
        assert len(rooms) == 0
