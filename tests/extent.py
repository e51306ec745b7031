"""How much is tried: a quick part, or all of it where FACE2MUSIC_PROOF is set, as `make proof` does."""

import os

WHOLE = bool(os.environ.get("FACE2MUSIC_PROOF"))
ONLY_WHOLE = "This is tried by 'make proof'."


def many(quick: int, whole: int) -> int:
    """How often something is tried."""
    return whole if WHOLE else quick
