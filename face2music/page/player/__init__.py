"""The player of a song: its sound, its piano roll and its parts in one component."""

from face2music.page.player.component import TEXTS, Player, Stems

__all__ = ["TEXTS", "Player", "Stems"]
