"""The page under load, its queue when it is full, and two pages that share nothing."""

import json
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from drive import Load, drive, faults
from extent import ONLY_WHOLE, WHOLE
from serving import API, Visitor, data_url, is_sentence, jpeg, server

from face2music.page.server import WAITING

PANEL = [5, "auto", "", "auto", "auto", "", "", [], "", False]
# Above that of one after the other by what waits in the queue and the instruments that were used; see docs/scaling.md.
MOST_MB = 1_500


def seen(users=8, songs=16, throughput=2.0, errors=0, mixed_up=0, asked=16) -> Load:
    return Load(users, songs, throughput, 1.0, 2.0, errors, mixed_up, 600.0, asked)


@pytest.mark.parametrize(
    ("loads", "said"),
    [
        ([seen(), seen(users=32, throughput=1.9)], ""),
        ([seen(errors=1)], "8 visitors were refused 1 times."),
        ([seen(mixed_up=2)], "8 visitors got 2 answers that are another's."),
        ([seen(songs=15)], "8 visitors got 15 songs of 16."),
        ([seen(), seen(users=32, throughput=1.7)], "32 visitors got 1.7 songs a second, less than 90% of 8's 2.0."),
    ],
)
def test_the_measurement_tells_its_faults(loads, said):
    assert " ".join(faults(loads)) == said


def test_nobody_gets_what_another_asked_for(real_page):
    users, songs = (32, 160) if WHOLE else (8, 16)
    load = drive(real_page, users, songs, duration_s=30 if WHOLE else 5)
    assert (load.songs, load.errors, load.mixed_up) == (songs, 0, 0)
    assert load.memory_mb < MOST_MB


def test_many_wait_without_slowing_each_other(real_page):
    if not WHOLE:
        pytest.skip("Figures need more songs than a quick part has.")
    drive(real_page, 2, 8)
    ratio = max(drive(real_page, 32, 96).throughput / drive(real_page, 8, 96).throughput for _ in range(2))
    assert ratio >= 0.9


@pytest.mark.skipif(not WHOLE, reason=ONLY_WHOLE)
def test_a_full_queue_says_when_to_come_again(real_page):
    with Visitor(real_page.url) as visitor:
        starters = visitor.functions()["starters.choose"]

        def come(_: int) -> tuple[int, str, str]:
            with Visitor(real_page.url) as guest:
                guest.http.headers["accept-language"] = "de"
                answer = guest.join(starters["id"], PANEL, {"emotion": "happy"}, starters["trigger"])
                return answer.status_code, answer.text, answer.headers.get("retry-after", "")

        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(come, range(WAITING + 24)))
        turned_away = [(json.loads(text)["detail"], after) for status, text, after in answers if status == 429]
        assert {status for status, _, _ in answers} <= {200, 429}
        assert turned_away
        for sentence, after in turned_away:
            assert is_sentence(sentence)
            assert re.search(rf"in etwa {after} Sekunden", sentence)
        # Who has a place gets their song, and so does who comes when the time is over.
        while visitor.http.get(f"/{API}/queue/status").json()["queue_size"]:
            pass
        assert visitor.compose(emotion="sad").ok


@pytest.mark.skipif(not WHOLE, reason=ONLY_WHOLE)
def test_two_pages_behind_one_address_need_to_share_nothing(real_page, tmp_path, astronaut):
    """A load balancer may send each visitor, and each link, to either."""
    with server(tmp_path / "tmp") as other, Visitor(real_page.url) as here, Visitor(other.url) as there:
        song = here.compose(jpeg(astronaut), seed=5, bars=4, key="D").values[0]
        again = there.compose(jpeg(astronaut), seed=5, bars=4, key="D").values[0]
        assert again["link"] == song["link"]
        opened = there.functions()["history.open"]
        answer = there.fire(opened["id"], [], {"link": song["link"]}, opened["trigger"])
        assert song["link"] in json.dumps(answer.values)
        # The file of the link, from the page that never saw the picture, is the song's to the byte.
        kept = there.fire(there.functions()["keep.ask"]["id"], [None], {"kind": "mid"})
        made = json.dumps(kept.values)
        address = re.search(rf"{API}/file=[^\"\\]+\.mid", made)[0]
        midi = here.compose(jpeg(astronaut), seed=5, bars=4, key="D").values[1]["path"]
        assert there.http.get(f"/{address}").content == here.http.get(f"/{API}/file={midi}").content
        # A session lives on one page; who is sent to the other in the middle of it loses no more than what they see.
        camera = there.functions()["camera.picture"]
        assert there.fire(camera["id"], [data_url(jpeg(astronaut)), *PANEL], None, camera["trigger"]).ok
