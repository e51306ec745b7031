"""What the audio judge hears in one finished song."""

from pathlib import Path
from tempfile import TemporaryDirectory

from face2music import assets
from face2music.evaluation.music.judges import ASSET, AXES, load
from face2music.evaluation.music.sound import measure

LONGEST_S = 45.0  # the judge was fitted on excerpts of this length
_MIDDLE, _HALF = 5.0, 4.0  # its scale is DEAM's, 1 to 9


def listen(wav: bytes) -> dict[str, float]:
    """The valence and arousal, each from -1 to 1, that the judge hears in the beginning of a song.

    Parameters
    ----------
    wav
        The sound as a WAV file.

    Raises
    ------
    DataError
        If it cannot be measured.
    """
    judges = load(assets.read_json(ASSET))["audio"]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "song.wav"
        path.write_bytes(wav)
        heard = measure(path, LONGEST_S)
    ratings = {axis: float(judges[axis].judge([heard])[0]) for axis in AXES}
    return {axis: min(max((rating - _MIDDLE) / _HALF, -1.0), 1.0) for axis, rating in ratings.items()}
