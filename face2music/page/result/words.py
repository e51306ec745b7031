"""Small words and numbers as the page writes them."""

from collections.abc import Iterable, Mapping

from face2music.page.texts import Texts


def strongest(probabilities: Mapping[str, float]) -> str:
    """The label of the largest probability."""
    return max(probabilities, key=lambda emotion: probabilities[emotion])


def percent(probability: float) -> str:
    """A probability in words that hide neither a trace nor a doubt: "<1 %", "83 %", ">99 %"."""
    rounded = round(100 * probability)
    if rounded == 0 and probability > 0:
        return "<1 %"
    return ">99 %" if rounded == 100 and probability < 1 else f"{rounded} %"


def key_name(key: str, mode: str, texts: Texts) -> str:
    """A key with its mode: "F♯ major"."""
    return f"{key.replace('-flat', '♭').replace('-sharp', '♯')} {texts['modes'].get(mode, mode)}"


def numeral(chord: str) -> str:
    """A chord's numeral with musical signs."""
    return chord.replace("#", "♯").replace("b", "♭")


def signed(value: float) -> str:
    """A coordinate of a mood with its sign, a true minus before what is negative."""
    return f"{value:+.2f}".replace("-", "\N{MINUS SIGN}")


def listed(items: Iterable[str]) -> str:
    """Items with commas between them."""
    return ", ".join(items)
