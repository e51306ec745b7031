"""The page as tools for agents, called by an agent's own client; only where gradio's extra `mcp` is installed."""

import asyncio
import base64
import re
from pathlib import Path

import httpx
import pytest
from pages import Program

from face2music.errors import NoFaceError
from face2music.pipeline import Wishes

mcp = pytest.importorskip("mcp", reason='pip install "gradio[mcp]"')
from mcp.client.streamable_http import streamablehttp_client  # noqa: E402 (it may be missing)

PICTURE = b"picture bytes"
DATA_URL = "data:image/jpeg;base64," + base64.b64encode(PICTURE).decode()
CLIP_URL = "data:video/mp4;base64," + base64.b64encode(b"clip").decode()


@pytest.fixture(autouse=True)
def disk(tmp_path, monkeypatch) -> Path:
    """Where the page, and Gradio's own part in it, may write."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    monkeypatch.setattr("gradio.mcp.DEFAULT_TEMP_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def agent():
    """A function that serves the page around a program, and gives what an agent then calls tools with."""
    pages = []

    def serve(program: Program):
        page = program.page()
        pages.append(page)
        _, url, _ = page.launch(prevent_thread_lock=True, quiet=True, run_history=False, mcp_server=True)

        def call(tool: str | None, **arguments):
            """The answer of a tool, or the list of all."""

            async def work():
                async with (
                    streamablehttp_client(f"{url}gradio_api/mcp/") as (read, write, _),
                    mcp.ClientSession(read, write) as session,
                ):
                    await session.initialize()
                    return await (session.call_tool(tool, arguments) if tool else session.list_tools())

            return asyncio.run(work())

        return call

    yield serve
    for page in pages:
        page.close()


def test_each_tool_says_what_it_does_and_takes(agent):
    tools = {tool.name: tool for tool in agent(Program())(None).tools}
    assert set(tools) == {"compose_song", "read_emotion", "compose_journey", "compose_video"}
    for tool in tools.values():
        assert len(tool.description) > 40
        for name, value in tool.inputSchema["properties"].items():
            assert value["description"], name
            assert "http" not in str(value), name  # the server opens no address
    assert tools["read_emotion"].inputSchema["required"] == ["picture"]


def test_a_picture_is_read_in_memory_and_a_clip_deleted(agent, disk):
    program = Program()
    call = agent(program)
    assert "happy" in call("read_emotion", picture=DATA_URL).content[0].text
    song = call("compose_song", picture=DATA_URL, duration_s=10, seed=3, tempo_bpm=90).content[0].text
    midi, wav = re.findall(r"'url': '(http[^']+)'", song)
    assert httpx.get(midi).content == program.song.midi
    assert httpx.get(wav).content == program.song.encoded("wav")
    call("compose_song", emotion="0.5,-0.4", seed=3)
    call("compose_journey", steps=["sad", DATA_URL, "picture 1"], pictures=[DATA_URL], seed=3)
    call("compose_video", clip=CLIP_URL, seed=3)
    wanted = {"face": 1, "seed": 3}
    assert program.asked[:3] == [
        {"read": PICTURE},
        {"picture": PICTURE, "emotion": None, "duration_s": 10, "wishes": Wishes(tempo_bpm=90), **wanted},
        {"picture": None, "emotion": (0.5, -0.4), "duration_s": 30, "wishes": Wishes(), **wanted},
    ]
    assert program.asked[3]["steps"] == ["sad", PICTURE, PICTURE]
    assert program.asked[4] == {"clip": b"clip"}
    written = [path.read_bytes() for path in disk.rglob("*") if path.is_file()]
    assert not {PICTURE, b"clip"} & set(written)


@pytest.mark.parametrize(
    ("tool", "arguments", "sentence"),
    [
        ("read_emotion", {}, "'picture' is a required property"),
        ("read_emotion", {"picture": "https://example.com/a.jpg"}, "This is no picture; give it as a data: URL"),
        ("read_emotion", {"picture": "/etc/hostname"}, "This is no picture; give it as a data: URL"),
        ("read_emotion", {"picture": {"path": "/etc/hostname"}}, "was not uploaded here"),
        ("read_emotion", {"picture": {"path": "/etc/hostname", "meta": {"_type": "gradio.FileData"}}}, "Input validation error"),
        (
            "compose_journey",
            {"steps": ["sad"] * 2, "pictures": [{"path": "/etc/hostname", "meta": {}}]},
            "Input validation error",
        ),
        ("compose_song", {"face": "second"}, "There is no face"),
        ("compose_song", {"key": "H"}, "'H' is not one of"),
        ("compose_song", {"duration_s": "long"}, "is not of type 'number'"),
        ("compose_journey", {"steps": ["sad", "/etc/hostname"]}, "There is no step"),
        ("compose_video", {"clip": "/etc/hostname"}, "did not arrive whole"),
    ],
)
def test_bad_arguments_are_refused_in_a_sentence_before_anything_is_read(agent, tool, arguments, sentence):
    program = Program()
    answer = agent(program)(tool, **arguments)
    assert answer.isError
    assert sentence in answer.content[0].text
    assert "\n" not in answer.content[0].text
    assert program.asked == []


def test_a_refusal_of_the_program_is_told(agent):
    answer = agent(Program(refusal=NoFaceError("No face was found.")))("compose_song", picture=DATA_URL)
    assert (answer.isError, answer.content[0].text) == (True, "No face was found.")
