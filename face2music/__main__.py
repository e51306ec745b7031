"""`python -m face2music` is the command `face2music`."""

from face2music.cli import app

app(prog_name="face2music")
