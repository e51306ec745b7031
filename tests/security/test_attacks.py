"""Attacks on the real page, as SECURITY.md lists them: each is tried, and each must fail with a sentence."""

import http.server
import io
import random
import socket
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import numpy as np
import pytest
from browser import SLOW_MS, launch
from extent import WHOLE, many
from pages import Program
from PIL import Image
from serving import API, ROOT, Visitor, data_url, free_port, is_sentence, jpeg

from face2music.page.server import start

FILE = "gradio.FileData"
OUTSIDE = (
    "/etc/passwd",
    "../../../../../../etc/passwd",
    "%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "..%2f..%2f..%2fetc%2fpasswd",
    "/proc/self/environ",
    "/proc/self/cwd/app.py",
    "app.py",
    "assets/profiles.json",
    "face2music/pipeline/chain.py",
    ".git/config",
    "/dev/zero",
    "\\\\evil\\share",
    "file:///etc/passwd",
    "C:/Windows/win.ini",
    "%00",
    "....//....//etc/passwd",
)
UNKNOWN = (
    "/docs",
    "/openapi.json",
    "/monitoring",
    "/monitoring/summary",
    f"/{API}/deep_link?session_hash=x",
    f"/{API}/runs",
    f"/{API}/run-history/buckets",
    f"/{API}/vibe-code",
    f"/{API}/dev/reload",
    f"/{API}/profiling/traces",
    f"/{API}/token",
    f"/{API}/proxy=https://huggingface.co",
    f"/{API}/upload_progress?upload_id=0",
    f"/{API}/custom_component/1/client/js/../../../../app.py",
)
PANEL = (30, "auto", "", "auto", "auto", "", "", [], "5", True)
NAMES = ("../../evil.png", "/etc/cron.d/evil", "a/../../b.png", "..", ".lock", "x" * 400, "\u202egnp.exe", "")
ADDRESSES = ("/", "/config", f"/{API}/info", f"/{API}/file=/etc/passwd", "/nothing", f"/{API}/queue/status")


@pytest.fixture
def bystander():
    """Another server of this machine that counts who comes; nobody must."""
    came = []

    class Door(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            came.append(self.path)
            self.send_response(200)
            self.end_headers()

        do_HEAD = do_POST = do_GET  # noqa: N815

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Door) as door:
        threading.Thread(target=door.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{door.server_port}/secret", came
        door.shutdown()


@pytest.mark.parametrize("path", OUTSIDE)
def test_no_file_outside_the_cache_is_served(visitor, path):
    for address in (f"/{API}/file={path}", f"/{API}/file=/{path}", f"/static/{path}", f"/assets/{path}", f"/svelte/{path}"):
        status, body = visitor.raw(address)
        assert status in (400, 403, 404), (address, status)
        assert b"root:" not in body


def test_nothing_of_the_cache_can_be_listed(visitor, real_page):
    visitor.compose(emotion="sad", seed=1)
    (cache,) = real_page.disk.glob("face2music-*")
    for path in (cache, f"{cache}/", real_page.disk, cache / ".lock"):
        answer = visitor.http.get(f"/{API}/file={path}")
        assert answer.status_code == 403 or answer.content == b"", path


def test_a_song_lies_where_nobody_can_guess(visitor):
    paths = [Path(visitor.compose(emotion="sad", seed=1).values[number]["path"]) for number in (1, 2)]
    again = [Path(visitor.compose(emotion="sad", seed=1).values[number]["path"]) for number in (1, 2)]
    folders = {path.parent.name for path in (*paths, *again)}
    assert len(folders) == 4, "the same song lies in the same place"
    assert all(len(folder) == 32 and int(folder, 16) >= 0 for folder in folders), "128 random bits"


def guesses(secret: str, letters: str, count: int) -> Iterator[str]:
    """What somebody would try for a secret: its neighbours, parts and spellings, as if most of it were known, and chance."""
    rng = random.Random(secret)
    for at in range(0, len(secret), max(1, len(secret) // 16)):
        yield secret[:at] + letters[(letters.index(secret[at]) + 1) % len(letters)] + secret[at + 1 :]
    yield from (secret[:-1], secret[1:], f"{secret}0", secret.swapcase(), "*", "%", "null", "undefined", "0", "0" * len(secret))
    for _ in range(count):
        yield "".join(rng.choices(letters, k=len(secret)))


HEX, BASE36 = "0123456789abcdef", "0123456789abcdefghijklmnopqrstuvwxyz"


@pytest.fixture
def victim(real_page, astronaut):
    """Somebody with a song, a picture on its way and an event that is not heard yet: the visitor, the song's path, the event."""
    with Visitor(real_page.url) as visitor:
        song = visitor.compose(emotion="sad", seed=31).values
        camera = visitor.functions()["camera.picture"]
        panel = [30, "auto", "", "auto", "auto", "", "", [], "5", True]
        joined = visitor.join(camera["id"], [data_url(jpeg(astronaut)), *panel], None, camera["trigger"])
        yield visitor, Path(song[1]["path"]), joined.json()["event_id"], visitor.upload(jpeg(astronaut), "me.jpg")


def test_who_guesses_paths_gets_no_file(real_page, victim):
    """The name of a song's file is easily known, and here all of its folder's but one of 32 letters."""
    _, song, _, upload = victim
    with Visitor(real_page.url) as stranger:
        for path in (song, Path(upload)):
            folder = path.parent.name
            assert stranger.http.get(f"/{API}/file={path}").status_code == 200, "else nothing is proved"
            for guess in guesses(folder, HEX, many(20, 2_000)):
                if guess == folder:
                    continue
                for place in (path.parent.parent / guess / path.name, path.parent.parent / guess):
                    answer = stranger.http.get(f"/{API}/file={place}")
                    assert answer.status_code in (403, 404), (place, answer.status_code)
            for name in ("..", ".", "*", f"../{folder}", path.name.upper(), path.stem, f"{path.name}/..", f"{path.name}%00"):
                answer = stranger.http.get(f"/{API}/file={path.parent}/{name}")
                assert answer.status_code in (403, 404) or answer.content == b"", name


def test_who_guesses_an_upload_composes_nothing_of_it_and_leaves_it_there(real_page, victim):
    upload = Path(victim[3])
    with Visitor(real_page.url) as stranger:
        for guess in guesses(upload.parent.name, HEX, many(3, 300)):
            place = upload.parent.parent / guess / upload.name
            assert is_sentence(refusal(stranger.api("emotion", {"path": str(place), "meta": {"_type": FILE}})))
    assert upload.exists()


def test_who_guesses_sessions_and_events_hears_and_stops_nothing(real_page, victim):
    visitor, _, event, _ = victim
    number = visitor.functions()["camera.picture"]["id"]
    with Visitor(real_page.url) as stranger:
        secrets = [event, "base64", str(victim[1].parent.name)]

        def nothing(answer) -> None:
            assert not any(secret in answer.text for secret in secrets), answer.text[:300]

        for session in guesses(visitor.session, BASE36, many(10, 500)):
            if session == visitor.session:
                continue
            nothing(stranger.http.get(f"/{API}/queue/data", params={"session_hash": session}))
            nothing(stranger.http.get(f"/{API}/stream/{session}/{number}/1/playlist.m3u8"))
            nothing(stranger.http.get(f"/{API}/stream/{session}/{number}/1/playlist-file"))
            asked = {"component_id": 1, "fn_name": "stems", "data": None, "session_hash": session}
            nothing(stranger.http.post(f"/{API}/component_server", json=asked))
            stranger.http.post(f"/{API}/cancel", json={"session_hash": session, "fn_index": number, "event_id": "0" * 32})
        for guess in guesses(event, HEX, many(10, 500)):
            if guess == event:
                continue
            nothing(stranger.http.get(f"/{API}/call/compose/{guess}"))
            assert stranger.http.post(f"/{API}/stream/{guess}", json={"data": []}).status_code == 404
            assert stranger.http.post(f"/{API}/stream/{guess}/close").status_code == 404
            body = {"session_hash": visitor.session[:-1] + "_", "fn_index": number, "event_id": guess}
            stranger.http.post(f"/{API}/cancel", json=body)
            stranger.http.post(f"/{API}/reset", json={"event_id": guess})
        nothing(stranger.http.get(f"/{API}/queue/status"))
        nothing(stranger.http.get(f"/{API}/startup-events"))
    assert visitor.heard(event).ok, "and the picture's song came to whom it belongs"


def test_a_picture_is_nowhere_once_it_is_read(visitor, real_page, astronaut):
    data = jpeg(astronaut, quality=77)
    assert visitor.compose(data, seed=2).ok
    camera = visitor.functions()["camera.picture"]
    assert visitor.fire(
        camera["id"], [data_url(data), 5, "auto", "", "auto", "auto", "", "", [], "5", True], None, camera["trigger"]
    ).ok
    assert [path for path in real_page.files() if data[-400:] in path.read_bytes()] == []


def test_who_uploads_the_same_picture_as_somebody_else_reads_their_own(visitor, real_page, astronaut):
    data = jpeg(astronaut)
    with Visitor(real_page.url) as other:
        theirs, ours = other.upload(data), visitor.upload(data)
        assert Path(theirs).parent != Path(ours).parent
        for who, path in ((other, theirs), (visitor, ours)):
            assert who.api("emotion", {"path": path, "meta": {"_type": FILE}}).ok


def test_a_session_keeps_nothing_of_what_was_shown(own_page, astronaut):
    page, url = own_page
    with Visitor(url) as shown:
        data = jpeg(astronaut)
        assert page_compose(shown, data).ok
        (session,) = page.app.state_holder.session_data.values()
        assert data_url(data, "image/png")[-400:] not in repr(vars(session))


@pytest.mark.parametrize("instruments", [5, True, 1e308, "Kazoo"])
def test_a_program_is_told_in_plain_text(visitor, instruments):
    said = refusal(visitor.compose(emotion="happy", instruments=instruments))
    assert is_sentence(said)
    assert "on our side" not in said
    assert "&#" not in said


@pytest.mark.parametrize("address", UNKNOWN)
def test_what_the_page_does_not_need_is_not_there(visitor, address):
    for method in ("GET", "POST"):
        answer = visitor.http.request(method, address)
        assert answer.status_code == 404
        assert is_sentence(answer.json()["detail"])


def test_the_server_opens_no_address_for_anybody(visitor, bystander):
    url, came = bystander
    for address in (url, url.replace("http:", "HTTP:"), url.replace("127.0.0.1", "localhost")):
        assert visitor.http.get(f"/{API}/file={address}").status_code in (403, 404)
        assert visitor.http.get(f"/{API}/file%3d{address}").status_code in (403, 404)
        for more in ({}, {"meta": {"_type": FILE}}, {"meta": {"_type": FILE}, "url": address}):
            assert is_sentence(refusal(visitor.api("emotion", {"path": address, **more})))
        # A file may stand where a text is expected, too.
        for number in range(12):
            values = [None, "happy", "1", 5, "auto", None, "auto", "auto", None, None, [], 1]
            values[number] = {"path": address, "meta": {"_type": FILE}}
            assert is_sentence(refusal(visitor.api("compose", *values)))
    assert came == []


def test_a_path_of_the_server_is_no_upload(visitor, portrait):
    for path in (portrait, "/etc/passwd", ROOT / "assets" / "examples" / "smile.jpg"):
        for more in ({}, {"meta": {"_type": FILE}}, {"meta": {"_type": FILE}, "is_stream": True}):
            assert is_sentence(refusal(visitor.api("emotion", {"path": str(path), **more})))
    assert portrait.exists()


@pytest.mark.parametrize(
    "name", ["../../evil.png", "/etc/cron.d/evil", "a/../../b.png", "..", ".lock", "x" * 400, "\u202egnp.exe", ""]
)
def test_an_upload_lands_in_the_cache_whatever_it_is_called(visitor, real_page, name):
    answer = visitor.http.post(f"/{API}/upload", files={"files": (name, b"content")})
    assert answer.status_code in (200, 400, 413, 422, 507), answer.text
    if answer.status_code == 200:
        (path,) = answer.json()
        (cache,) = real_page.disk.glob("face2music-*")
        assert Path(path).resolve().is_relative_to(cache)


def test_too_much_is_refused_before_it_is_kept(visitor, real_page):
    before = sum(path.stat().st_size for path in real_page.files())
    for files in ([("files", ("a.png", b"x" * 201_500_000))], [("files", (f"{n}.png", b"x" * 41_000_000)) for n in range(5)]):
        assert visitor.http.post(f"/{API}/upload", files=files).status_code == 413
    for said in ({"content-length": "99999999999"}, {}):
        answer = visitor.http.post(f"/{API}/queue/join", content=(b"[" * 1_000_000 for _ in range(31)), headers=said)
        assert answer.status_code == 413
        assert is_sentence(answer.json()["detail"])
    assert sum(path.stat().st_size for path in real_page.files()) - before < 1_000_000


@pytest.mark.skipif(not WHOLE, reason="test_guard.py has it with two.")
def test_many_large_requests_together_do_not_fill_the_memory(real_page):
    """A hundred that send 29 MB each and never end, and as many that do end and would wait in the queue."""
    memory_mb, host, port = real_page.memory_mb, *real_page.url.removeprefix("http://").split(":")
    head = f"POST /{API}/queue/join HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 29000000\r\n\r\n"
    most_mb = 0.0
    with ExitStack() as stack, Visitor(real_page.url) as visitor:
        for _ in range(100):
            slow = stack.enter_context(socket.create_connection((host, int(port)), timeout=30))
            with suppress(OSError):
                slow.sendall(head.encode() + b"x" * 28_000_000)
            most_mb = max(most_mb, real_page.memory_mb)
        assert visitor.compose(emotion="happy").ok, "small requests are served as ever"
    with Visitor(real_page.url) as visitor:
        camera = visitor.functions()["camera.picture"]
        for _ in range(40):
            answer = visitor.join(camera["id"], ["data:image/png;base64," + "A" * 28_000_000, *PANEL], None, camera["trigger"])
            assert answer.status_code in (200, 429)
            most_mb = max(most_mb, real_page.memory_mb)
    assert most_mb - memory_mb < 1_200


def test_a_small_file_with_many_pixels_is_refused_before_it_is_unpacked(visitor, real_page):
    memory_mb = real_page.memory_mb
    for bomb in (png_bomb(60_000, 60_000), png_bomb(65_000, 1_000), jpeg_bomb(), gif_bomb()):
        for answer in (visitor.compose(bomb, seed=1), page_compose(visitor, bomb)):
            assert "pixels" in refusal(answer) or "picture" in refusal(answer)
            assert is_sentence(refusal(answer))
    assert real_page.memory_mb - memory_mb < 250


def test_a_session_of_a_long_name_is_refused_and_not_remembered(visitor, real_page):
    memory_mb, name = real_page.memory_mb, "x" * 20_000_000
    route = next(block["id"] for block in visitor.http.get("/config").json()["components"] if block["props"].get("server_fns"))
    for number in range(many(3, 30)):
        for address, body in (
            ("queue/join", {"data": [], "fn_index": visitor.functions()["camera.picture"]["id"]}),
            ("call/compose", {"data": [None] * 12}),
            ("component_server", {"data": "", "fn_name": "step_of", "component_id": route}),
        ):
            answer = visitor.http.post(f"/{API}/{address}", json={**body, "session_hash": f"{number}{name}"})
            assert answer.status_code == 400, (address, answer.text[:200])
            assert "at most 100" in answer.json()["detail"]
    assert real_page.memory_mb - memory_mb < 400


@pytest.mark.skipif(not WHOLE, reason="test_beside.py has it without pictures.")
def test_many_pictures_for_a_journey_are_read_one_after_the_other(visitor, real_page):
    """Each is small, and has 64 million pixels: all at once they would take ten times the memory."""
    file = io.BytesIO()
    Image.new("RGB", (8_000, 8_000), (90, 80, 70)).save(file, "WEBP", quality=10)
    blocks = visitor.http.get("/config").json()["components"]
    route = next(block["id"] for block in blocks if block["props"].get("elem_id") == "route")
    asked = {"component_id": route, "fn_name": "step_of", "data": data_url(file.getvalue(), "image/webp"), "session_hash": "x"}
    memory_mb, most_mb, answers = real_page.memory_mb, 0.0, []

    def ask() -> None:
        with Visitor(real_page.url) as somebody:
            answers.append(somebody.http.post(f"/{API}/component_server", json=asked).json()["refusal"])

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        most_mb = max(most_mb, real_page.memory_mb)
        time.sleep(0.05)
    assert most_mb - memory_mb < 2_500
    assert len(answers) == 16
    assert all(is_sentence(answer) for answer in answers)
    assert sum("try again in about" in answer for answer in answers) == 3, "one is read, twelve wait"


@pytest.fixture
def own_page(monkeypatch, tmp_path):
    """A page that nobody has visited before, served by this process, and its address."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    monkeypatch.setenv("GRADIO_SERVER_PORT", str(free_port()))
    page = Program().page()
    try:
        yield page, start(page).rstrip("/")
    finally:
        page.close()


def test_nobody_tells_others_where_the_page_is(own_page):
    """Programs go where its description says."""
    described = (f"/{API}/info", f"/{API}/info?page=x", f"/{API}/info?all_endpoints=true", f"/{API}/openapi.json")
    with Visitor(own_page[1]) as visitor:
        for address in (*described, "/config", "/"):
            for header in ("host", "x-forwarded-host"):
                visitor.http.get(address, headers={header: "evil.example"})
            assert "evil.example" not in visitor.http.get(address).text, address


@pytest.mark.parametrize("depth", [1_000, 200_000])
def test_a_text_of_many_brackets_breaks_nothing(visitor, depth):
    for body in (b"[" * depth, b'{"data": ' + b"[" * depth + b"]" * depth + b"}"):
        answer = visitor.http.post(f"/{API}/call/compose", content=body, headers={"content-type": "application/json"})
        assert answer.status_code < 500
    assert visitor.compose(emotion="happy", seed=1).ok


def test_scripts_in_a_name_or_a_link_stay_text(visitor):
    said = "<img src=x onerror=alert(1)>"
    opened = visitor.functions()["history.open"]
    starters = next(call for name, call in visitor.functions().items() if name.startswith("starters."))
    panel = [5, "auto", said, "auto", "auto", "", "", [], "1", True]
    wished = visitor.fire(starters["id"], panel, {"emotion": "happy"}, starters["trigger"])
    assert "&lt;img" in refusal(wished)
    for answer in (
        wished,
        visitor.fire(opened["id"], [], {"link": said}, opened["trigger"]),
        visitor.fire(visitor.functions()["keep.ask"]["id"], [None], {"kind": said}),
    ):
        assert "<img" not in refusal(answer), "the page shows it as HTML"
    for answer in (visitor.compose(emotion="happy", key=said), visitor.compose(emotion="happy", face=said)):
        assert is_sentence(refusal(answer)), "programs get it as it is, in JSON"


def test_nobody_gets_past_the_queue(visitor):
    for address in (f"/{API}/run/compose", f"/{API}/run/predict"):
        answer = visitor.http.post(address, json={"data": [None] * 12, "fn_index": visitor.functions()["None.compose"]["id"]})
        assert answer.status_code == 404, answer.text
    assert visitor.http.post(f"/{API}/api/compose", json={"data": []}).status_code == 404


def test_the_parts_functions_answer_only_what_is_theirs(visitor):
    for body in (
        {"component_id": 1, "fn_name": "stems", "data": "a", "session_hash": "x"},
        {"component_id": 10**9, "fn_name": "stems", "data": "a", "session_hash": "x"},
        {"component_id": 0, "fn_name": "__init__", "data": None, "session_hash": "x"},
        {"component_id": "x", "fn_name": None},
        {},
        [],
    ):
        answer = visitor.http.post(f"/{API}/component_server", json=body)
        assert 400 <= answer.status_code < 500, (body, answer.text)
        assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "address", ["/", "/config", f"/{API}/info", f"/{API}/file=/etc/passwd", "/nothing", f"/{API}/queue/status"]
)
def test_every_answer_has_the_headers(visitor, address):
    headers = visitor.http.get(address).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["permissions-policy"].startswith("camera=(self), microphone=()")
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert policy["object-src"] == "'none'"
    assert "https://huggingface.co" in policy["frame-ancestors"]
    assert "*" not in policy["connect-src"]


def test_another_sites_script_reads_nothing(visitor):
    for origin in ("https://evil.example", "null"):
        answer = visitor.http.get("/config", headers={"origin": origin})
        assert answer.headers.get("access-control-allow-origin") not in (origin, "*") or answer.status_code == 400


def test_a_web_socket_is_refused(visitor):
    upgrade = {"connection": "upgrade", "upgrade": "websocket", "sec-websocket-key": "eA==", "sec-websocket-version": "13"}
    assert visitor.http.get(f"/{API}/queue/data", params={"session_hash": "x"}, headers=upgrade).status_code < 500


def test_songs_are_files_that_no_browser_runs(visitor):
    _, midi, wav = visitor.compose(emotion="happy", seed=1).values
    for file in (midi, wav):
        headers = visitor.http.get(f"/{API}/file={file['path']}").raise_for_status().headers
        assert headers["content-disposition"].startswith("attachment") or headers["content-type"].startswith("audio/")
    for name, content in (("evil.html", b"<script>alert(1)</script>"), ("evil.svg", b"<svg onload='alert(1)'/>")):
        answer = visitor.http.get(f"/{API}/file={visitor.upload(content, name)}")
        assert answer.headers["content-disposition"].startswith("attachment"), name


def test_the_page_runs_under_its_own_policy_and_strangers_cannot_frame_it(real_page, engine):
    chromium = launch(engine)
    try:
        page, said = chromium.new_page(), []
        page.set_default_timeout(SLOW_MS)
        page.on("console", lambda message: said.append(message.text))
        page.goto(real_page.url)
        page.get_by_role("button", name="No camera?").click()
        page.locator("#starters").get_by_role("button", name="Happy").click()
        page.locator("#headline h2").wait_for()
        page.get_by_role("tab", name="Score").click()
        page.locator("#sheet svg").first.wait_for()
        assert [text for text in said if "Content Security Policy" in text or "Permissions" in text] == []
        stranger = chromium.new_page()
        with stranger.expect_console_message(lambda message: "frame-ancestors" in message.text, timeout=SLOW_MS):
            stranger.set_content(f'<iframe src="{real_page.url}" width="600" height="400"></iframe>')
    finally:
        chromium.close()


def refusal(answer) -> str:
    assert not answer.ok, str(answer.values)[:300]
    return answer.sentence


def page_compose(visitor, picture):
    camera = visitor.functions()["camera.picture"]
    panel = [30, "auto", "", "auto", "auto", "", "", [], "", False]
    return visitor.fire(camera["id"], [data_url(picture, "image/png"), *panel], None, camera["trigger"])


def png_bomb(width: int, height: int) -> bytes:
    """A PNG file whose pixels are a few kilobytes of zeros, packed."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 2, 0, 0, 0])
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(1_000_000)) for _ in range(50)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def jpeg_bomb() -> bytes:
    """A JPEG file that says it is 65,500 pixels wide and high."""
    data = bytearray(jpeg(np.zeros((16, 16, 3), np.uint8)))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = (65_500).to_bytes(2, "big") * 2
    return bytes(data)


def gif_bomb() -> bytes:
    """A GIF file whose screen is larger than its only picture."""
    file = io.BytesIO()
    Image.new("P", (8, 8)).save(file, "GIF")
    data = bytearray(file.getvalue())
    data[6:10] = b"\xff\xff\xff\xff"
    return bytes(data)
