"""What goes wrong around the page: each fault is told in a sentence, leaves nothing behind, and the next request is served."""

import socket
import threading
import time
from contextlib import ExitStack, suppress
from pathlib import Path

import ground
import psutil
import pytest
from browser import SLOW_MS, launch
from extent import WHOLE
from serving import API, PATIENCE_S, ROOT, Server, Visitor, data_url, is_sentence, jpeg, kill, server, starting, wait_until_served

from face2music.page.cache import KEEP_S
from face2music.page.prompt import HEAD_S

WEIGHTS, PROFILES = ROOT / "assets" / "emotion.tflite", ROOT / "assets" / "profiles.json"
DISK_MB = 24


@pytest.fixture(scope="module")
def damaged(tmp_path_factory) -> Path:
    """A file that is none of those that it stands for."""
    path = tmp_path_factory.mktemp("damaged") / "file"
    path.write_bytes(b"RIFF or whatever this was")
    return path


@pytest.fixture(scope="module")
def crippled(tmp_path_factory, damaged):
    """A server after one that was killed, on a read-only checkout with damaged weights, a damaged font and hardly any disk.

    What the killed one left behind stands in `left`.
    """
    ground.need()
    disk = tmp_path_factory.mktemp("crippled") / "tmp"
    with starting(disk, before=ground.broken()) as first:
        while not list(disk.glob("face2music-*/.lock")):
            assert first.process.poll() is None, first.said
            time.sleep(0.05)
        left = list(disk.glob("face2music-*"))
        kill(first)
    assert all(folder.exists() for folder in left), "a killed server cannot tidy up"
    before = ground.broken(ground.read_only(ROOT), ground.replaced(WEIGHTS, damaged))
    with server(disk, {"FACE2MUSIC_SOUNDFONT": str(damaged)}, before) as served:
        yield served, left
        assert "fluidsynth:" not in served.said
        assert "Traceback" not in served.said, served.said
    assert [path for path in disk.rglob("*") if path.is_file()] == []


def test_what_a_killed_server_left_goes_with_the_next_start(crippled):
    served, left = crippled
    assert left
    assert not any(folder.exists() for folder in left)
    assert len(list(served.disk.glob("face2music-*"))) == 1


def test_damaged_weights_are_named_and_songs_without_a_picture_go_on(crippled, astronaut):
    with Visitor(crippled[0].url) as visitor:
        answer = visitor.compose(jpeg(astronaut))
        assert "emotion.tflite is damaged" in answer.sentence
        assert is_sentence(answer.sentence)
        assert visitor.compose(emotion="happy").ok
        assert [path for path in crippled[0].files() if path.suffix == ".jpg"] == []


def test_a_damaged_sound_font_leaves_the_notes_and_says_why(crippled):
    with Visitor(crippled[0].url) as visitor:
        song, midi, wav = visitor.compose(emotion="sad").values
        assert wav is None
        assert "no sound font that FluidSynth can read" in song["warnings"][0]
        assert visitor.http.get(f"/{API}/file={midi['path']}").content.startswith(b"MThd")


@pytest.fixture(scope="module")
def cramped(tmp_path_factory):
    """A server whose disk has hardly any room."""
    ground.need()
    disk = tmp_path_factory.mktemp("cramped") / "tmp"
    with server(disk, before=ground.broken(ground.small_disk(disk, DISK_MB))) as served:
        yield served
        assert "Traceback" not in served.said, served.said


def inside(served: Server) -> Path:
    """The server's temporary folder as the server sees it."""
    return Path(f"/proc/{served.serving.pid}/root{served.disk}")


def test_a_full_disk_is_told_and_forgiven(cramped):
    def files() -> set[Path]:
        return {path for path in inside(cramped).rglob("*") if path.is_file()}

    with Visitor(cramped.url) as visitor:
        assert visitor.compose(emotion="happy").ok
        ballast, before = inside(cramped) / "ballast", files()
        with ballast.open("wb") as file:
            try:
                while file.write(bytes(65_536)):
                    file.flush()
            except OSError:
                pass  # it is full now
        answer = visitor.compose(emotion="happy")
        assert "no room" in answer.sentence
        upload = visitor.http.post(f"/{API}/upload", files={"files": ("picture.jpg", bytes(200_000))})
        assert upload.status_code == 507
        assert is_sentence(upload.json()["detail"])
        assert files() - before == {ballast}
        ballast.unlink()
        assert visitor.compose(emotion="happy").ok


@pytest.mark.parametrize("fault", ["library missing", "font missing", "profiles damaged", "assets read-only"])
def test_a_fault_by_itself(tmp_path, damaged, fault):
    if not WHOLE:
        pytest.skip("The quick part breaks several things at once.")
    ground.need()
    environment, commands = {}, []
    if fault == "library missing":
        commands = [ground.replaced(ground.library(), Path("/dev/null"))]
    elif fault == "font missing":
        environment = {"FACE2MUSIC_SOUNDFONT": str(tmp_path / "none.sf2")}
    elif fault == "profiles damaged":
        commands = [ground.replaced(PROFILES, damaged)]
    else:
        commands = [ground.read_only(ROOT / "assets")]
    with starting(tmp_path / "tmp", environment, ground.broken(*commands)) as started:
        if fault == "profiles damaged":
            assert started.process.wait(240) == 1
            (line,) = started.said.strip().splitlines()
            assert "profiles.json is damaged" in line
            return
        wait_until_served(started)
        with Visitor(started.url) as visitor:
            song, _, wav = visitor.compose(emotion="happy").values
            assert (wav is None) == (fault != "assets read-only")
            expected = {"library missing": "library is missing", "font missing": "is no file"}.get(fault)
            assert not expected or expected in song["warnings"][0]
        assert "Traceback" not in started.said
        assert "fluidsynth:" not in started.said


def test_a_server_that_is_ended_in_the_middle_of_songs_leaves_nothing(tmp_path, astronaut):
    if not WHOLE:
        pytest.skip("The quick part kills one as it starts.")
    with server(tmp_path / "tmp") as served:
        with Visitor(served.url) as visitor:
            assert visitor.compose(emotion="happy").ok
            for seed in range(6):
                wanted = [None, "happy", "1", 60, "auto", None, "auto", "auto", None, None, [], seed]
                visitor.http.post(f"/{API}/call/compose", json={"data": wanted})
        served.serving.terminate()
        served.process.wait(PATIENCE_S)
    assert [path for path in served.disk.rglob("*") if path.is_file()] == []
    assert not [each for each in psutil.process_iter(["cmdline"]) if str(served.disk) in " ".join(each.info["cmdline"] or [])]


def test_who_closes_the_browser_in_the_middle_leaves_the_page_to_the_next(real_page, astronaut, engine):
    chromium = launch(engine)
    try:
        page = chromium.new_page()
        page.set_default_timeout(SLOW_MS)
        page.goto(f"{real_page.url}/?__theme=light")
        page.get_by_role("button", name="No camera?").click()
        page.locator("#starters").get_by_role("button", name="Happy").click()
        page.close()
    finally:
        chromium.close()
    with Visitor(real_page.url) as visitor:
        camera = visitor.functions()["camera.picture"]
        panel = [60, "auto", "", "auto", "auto", "", "", [], "5", True]
        assert visitor.join(camera["id"], [data_url(jpeg(astronaut)), *panel], None, camera["trigger"]).status_code == 200
    with Visitor(real_page.url) as visitor:
        path = visitor.upload(jpeg(astronaut))
        file = {"path": path, "meta": {"_type": "gradio.FileData"}}
        visitor.http.post(f"/{API}/call/emotion", json={"data": [file]})  # and does not wait for the answer
    with Visitor(real_page.url) as visitor:
        assert visitor.compose(emotion="sad").ok
    until_s = time.monotonic() + PATIENCE_S
    while Path(path).exists() and time.monotonic() < until_s:
        time.sleep(0.1)
    assert not Path(path).exists()


def test_slow_clients_hold_nobody_up(real_page):
    host, port = real_page.url.removeprefix("http://").split(":")
    with ExitStack() as stack, Visitor(real_page.url) as visitor:
        for number in range(100):
            slow = stack.enter_context(socket.create_connection((host, int(port))))
            if number % 2:
                slow.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
            else:
                slow.sendall(f"POST /{API}/upload HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n--x".encode())
        _, _, wav = visitor.compose(emotion="happy", duration_s=20).values
        slow = stack.enter_context(socket.create_connection((host, int(port))))
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.sendall(f"GET /{API}/file={wav['path']} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert slow.recv(64).startswith(b"HTTP/1.1 200")
        assert visitor.compose(emotion="sad").ok
    assert threading.active_count() < 50


FILES_MOST, SLOW = 256, 400


def dribble(sockets: list[socket.socket], over: threading.Event) -> None:
    """Send a byte of a head a second on each connection that is still open."""
    while not over.wait(1):
        for each in sockets:
            with suppress(OSError):
                each.sendall(b"x")


@pytest.mark.skipif(not WHOLE, reason="test_prompt.py has it with one connection.")
def test_heads_that_trickle_in_cannot_take_all_of_the_servers_connections(tmp_path):
    """More of them than the server may have files open; it hangs up on them, and others are served."""
    over, files = threading.Event(), f"--nofile={FILES_MOST}:{FILES_MOST}"
    with server(tmp_path / "tmp", before=["prlimit", files]) as served, ExitStack() as stack:
        host, port = served.url.removeprefix("http://").split(":")
        slow = [stack.enter_context(socket.create_connection((host, int(port)))) for _ in range(SLOW)]
        for each in slow:
            each.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        trickle = threading.Thread(target=dribble, args=(slow, over))
        trickle.start()
        try:
            time.sleep(2)
            with Visitor(served.url) as visitor:
                visitor.http.timeout = 4 * HEAD_S
                assert visitor.http.get("/config").status_code == 200
                assert visitor.compose(emotion="happy").ok
        finally:
            over.set()
            trickle.join()


@pytest.mark.skipif(not WHOLE, reason="test_prompt.py has it with one connection.")
def test_two_hundred_heads_that_trickle_in_slow_nobody_down(real_page):
    over = threading.Event()
    host, port = real_page.url.removeprefix("http://").split(":")
    with ExitStack() as stack, Visitor(real_page.url) as visitor:
        slow = [stack.enter_context(socket.create_connection((host, int(port)))) for _ in range(200)]
        for each in slow:
            each.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        trickle = threading.Thread(target=dribble, args=(slow, over))
        trickle.start()
        try:
            started_s = time.monotonic()
            assert visitor.http.get("/config").status_code == 200
            assert time.monotonic() - started_s < 5
            assert visitor.compose(emotion="happy").ok
            until_s = time.monotonic() + 3 * HEAD_S
            own = real_page.serving
            while sum(each.raddr != () for each in own.net_connections()) > 20:
                assert time.monotonic() < until_s, "the server still holds them"
                time.sleep(0.5)
        finally:
            over.set()
            trickle.join()


@pytest.mark.parametrize("address", ["upload", "component_server"])
def test_who_goes_in_the_middle_of_an_upload_leaves_no_file(real_page, address):
    host, port = real_page.url.removeprefix("http://").split(":")
    head = f"POST /{API}/{address} HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    part = '--x\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\n\r\n'
    before = set(real_page.files())

    def wait_until(there: bool) -> None:
        until_s = time.monotonic() + KEEP_S / 10
        while bool(set(real_page.files()) - before) != there:
            assert time.monotonic() < until_s, "its file is there" if not there else "no file was begun"
            time.sleep(0.05)

    with socket.create_connection((host, int(port))) as hasty:
        hasty.sendall(f"{head}Content-Length: 1000000\r\n\r\n{part}".encode() + bytes(300_000))
        wait_until(there=True)
    wait_until(there=False)
    with Visitor(real_page.url) as visitor:
        path = visitor.upload(b"the next one")
        assert Path(path).read_bytes() == b"the next one"
    assert "ClientDisconnect" not in real_page.said


@pytest.mark.parametrize("name", ["..", "a.png"])
def test_an_upload_that_gradio_does_not_take_leaves_no_file(real_page, name):
    """For its name, or since the form does not call it a file."""
    before = set(real_page.files())
    with Visitor(real_page.url) as visitor:
        visitor.http.post(f"/{API}/upload", files={"files" if name == ".." else "others": (name, b"x")})
    assert set(real_page.files()) <= before


def test_a_request_that_never_arrives_is_given_up(real_page):
    if not WHOLE:
        pytest.skip("It takes a minute; test_guard.py has it in a second.")
    host, port = real_page.url.removeprefix("http://").split(":")
    before = len(real_page.files())
    with socket.create_connection((host, int(port)), timeout=90) as slow:
        head = f"POST /{API}/upload HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\n"
        part = '--x\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\n\r\n'
        slow.sendall(f"{head}Content-Length: 1000000\r\n\r\n{part}".encode() + bytes(1000))
        assert slow.recv(1000).startswith(b"HTTP/1.1 408")
    time.sleep(1)
    assert len(real_page.files()) == before
