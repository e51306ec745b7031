"""The real page for the tests: app.py in a process of its own, on this machine alone, and a visitor who speaks HTTP with it."""

import base64
import http.client
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_S = 600.0
API = "gradio_api"


@dataclass(frozen=True)
class Server:
    """A server: where it answers, its process, the folder of its temporary files, and what it prints."""

    url: str
    process: subprocess.Popen
    disk: Path
    log: Path

    @property
    def said(self) -> str:
        """What it has printed."""
        return self.log.read_text(errors="replace")

    @property
    def serving(self) -> psutil.Process:
        """The process that serves, where the one that was started only prepared its ground."""
        own = psutil.Process(self.process.pid)
        return next((child for child in own.children(recursive=True) if "app.py" in " ".join(child.cmdline())), own)

    @property
    def memory_mb(self) -> float:
        """Memory that it holds, in megabytes."""
        return self.serving.memory_info().rss / 1e6

    def files(self) -> list[Path]:
        """What lies in its temporary folder, besides locks and the page's example pictures."""
        found = [path for path in self.disk.rglob("*") if path.is_file()]
        examples = {path.name for path in (ROOT / "assets" / "examples").glob("*.jpg")}
        return [path for path in found if path.name != ".lock" and path.name not in examples]


@contextmanager
def server(
    disk: Path, environment: Mapping[str, str] | None = None, before: Sequence[str] = (), root: Path = ROOT
) -> Iterator[Server]:
    """Start app.py and wait until it serves; `before` is what stands before the command."""
    with starting(disk, environment, before, root) as started:
        wait_until_served(started)
        yield started


@contextmanager
def starting(
    disk: Path, environment: Mapping[str, str] | None = None, before: Sequence[str] = (), root: Path = ROOT
) -> Iterator[Server]:
    """Start app.py."""
    disk.mkdir(parents=True, exist_ok=True)
    log = disk.parent / f"{uuid.uuid4().hex}.log"
    port = free_port()
    env = {key: value for key, value in os.environ.items() if key != "GRADIO_TEMP_DIR"}
    env |= {"GRADIO_SERVER_NAME": "127.0.0.1", "GRADIO_SERVER_PORT": str(port), "TMPDIR": str(disk), "PYTHONPATH": str(root)}
    env |= {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1", **(environment or {})}
    with log.open("w") as file:
        process = subprocess.Popen([*before, sys.executable, "app.py"], cwd=root, env=env, stdout=file, stderr=file)
        try:
            yield Server(f"http://127.0.0.1:{port}", process, disk, log)
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(PATIENCE_S)


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def wait_until_served(started: Server) -> None:
    """Wait for the page; AssertionError with what the server said if it does not come."""
    until_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < until_s and started.process.poll() is None:
        try:
            if httpx.get(f"{started.url}/config", timeout=10).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError(f"app.py does not serve its page:\n{started.said}")


def kill(served: Server) -> None:
    """End a server as the system does when memory is short: without a word."""
    served.serving.send_signal(signal.SIGKILL)
    served.process.wait(PATIENCE_S)


@dataclass(frozen=True)
class Answer:
    """What came back: whether it worked, the values of the outputs, or the sentence of the refusal."""

    ok: bool
    values: list[Any]
    sentence: str = ""
    status: int = 200


@dataclass
class Visitor:
    """Somebody with a session of their own, who sends what a browser or a program sends."""

    url: str
    session: str = field(default_factory=lambda: uuid.uuid4().hex[:11])

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.url, timeout=PATIENCE_S, trust_env=False)

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def raw(self, path: str, method: str = "GET") -> tuple[int, bytes]:
        """Ask for an address exactly as it is written: the status and the body."""
        connection = http.client.HTTPConnection(self.url.removeprefix("http://"), timeout=PATIENCE_S)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            connection.endheaders()
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def upload(self, data: bytes, name: str = "picture.jpg") -> str:
        """Upload a file: its path on the server."""
        return self.http.post(f"/{API}/upload", files={"files": (name, data)}).raise_for_status().json()[0]

    def api(self, name: str, *data: Any) -> Answer:
        """Call an endpoint with its arguments in their order."""
        joined = self.http.post(f"/{API}/call/{name}", json={"data": list(data)})
        if joined.status_code != 200:
            return refused(joined)
        text = self.http.get(f"/{API}/call/{name}/{joined.json()['event_id']}").text
        kind, _, said = text.strip().rpartition("event: ")[2].partition("\ndata: ")
        value = json.loads(said or "null")
        if kind.strip() == "complete":
            return Answer(True, value)
        return Answer(False, [], str(value.get("error")) if isinstance(value, dict) else str(value))

    def compose(self, picture: bytes | None = None, **wanted: Any) -> Answer:
        """A song by the endpoint for programs."""
        path = None if picture is None else {"path": self.upload(picture), "meta": {"_type": "gradio.FileData"}}
        given = {
            "emotion": "from the face",
            "face": "1",
            "duration_s": 5,
            "style": "auto",
            "tempo_bpm": None,
            "key": "auto",
            "mode": "auto",
            "density": None,
            "bars": None,
            "instruments": [],
            "seed": None,
        } | wanted
        return self.api("compose", path, *given.values())

    def fire(self, number: int, data: Sequence[Any], event_data: Any = None, trigger: int | None = None) -> Answer:
        """Send the event of the page that has a number, as the page does, and wait for its answer."""
        joined = self.join(number, data, event_data, trigger)
        return self.heard(joined.json()["event_id"]) if joined.status_code == 200 else refused(joined)

    def join(self, number: int, data: Sequence[Any], event_data: Any = None, trigger: int | None = None) -> httpx.Response:
        """Queue for an event, without waiting."""
        body = {
            "data": list(data),
            "fn_index": number,
            "session_hash": self.session,
            "event_data": event_data,
            "trigger_id": trigger,
        }
        return self.http.post(f"/{API}/queue/join", json=body)

    def heard(self, event: str) -> Answer:
        """Wait for the answer to an event."""
        with self.http.stream("GET", f"/{API}/queue/data", params={"session_hash": self.session}) as stream:
            for line in stream.iter_lines():
                message = json.loads(line.removeprefix("data: ")) if line.startswith("data: ") else {}
                if message.get("msg") == "process_completed" and message.get("event_id") == event:
                    output = message["output"]
                    if message["success"]:
                        return Answer(True, output["data"])
                    return Answer(False, [], str(output.get("error")))
        return Answer(False, [], "the stream ended", 0)

    def functions(self) -> dict[str, dict[str, Any]]:
        """What the page's events call: by the name of what they are for, their number and their inputs' components."""
        config = self.http.get("/config").raise_for_status().json()
        blocks = {block["id"]: block for block in config["components"]}
        found = {}
        for call in config["dependencies"]:
            for block, event in call["targets"] or [(None, call["api_name"])]:
                owner = blocks.get(block, {}).get("props", {}).get("elem_id") or str(block)
                found.setdefault(
                    f"{owner}.{event}", {"id": call["id"], "trigger": block, "inputs": [blocks.get(i) for i in call["inputs"]]}
                )
        return found


def refused(answer: httpx.Response) -> Answer:
    """The refusal in an answer."""
    try:
        said = answer.json().get("detail", answer.text)
    except ValueError:
        said = answer.text
    return Answer(False, [], str(said), answer.status_code)


def is_sentence(text: str) -> bool:
    """Whether a refusal is something to say to a person: one sentence, no code, no paths."""
    return bool(re.fullmatch(r"[^\n]{8,1500}[.!?。]", text)) and "Traceback" not in text and "site-packages" not in text


def jpeg(pixels: Any, quality: int = 90) -> bytes:
    """A picture as a JPEG file."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=quality)
    return file.getvalue()


def data_url(data: bytes, kind: str = "image/jpeg") -> str:
    """A picture as the page sends it."""
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"
