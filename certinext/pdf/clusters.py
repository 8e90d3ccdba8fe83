"""Which characters each glyph of a line stands for."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise


def share_out(
    text: bytes, *, starts: Sequence[int], widths: Sequence[int], from_right: bool
) -> list[str]:
    """Return which characters of a run each of its glyphs stands for, glyphs from left to right.

    `text` is UTF-8, and `starts` says at which of its bytes the cluster of each glyph begins. Read
    in the direction of the run, the shares are the text. What takes no width (a mark, a joiner)
    stands for nothing of its own: it is drawn where it has to sit, and readers would take its place
    for the end of a word.
    """
    places = range(len(starts))
    members: dict[int, list[int]] = {}
    for place in reversed(places) if from_right else places:
        members.setdefault(starts[place], []).append(place)
    clusters = [
        _Cluster(text[start:end].decode(), [place for place in members[start] if widths[place]])
        for start, end in pairwise([*sorted(members), len(text)])
    ]
    shares = [""] * len(starts)
    for cluster in _with_enough(clusters):
        for place, share in cluster.shares():
            shares[place] = share
    if not any(shares) and shares:
        shares[0] = text.decode()
    return shares


@dataclass
class _Cluster:
    """Characters that were set together, and the places of the glyphs that show them."""

    text: str
    holders: list[int]

    def has_enough(self) -> bool:
        """Tell whether there is a character for each glyph; a text is taken apart for that."""
        if len(self.holders) > len(self.text):
            # A vowel sign on both sides of its consonant is one character, or two.
            self.text = unicodedata.normalize("NFD", self.text)
        return bool(self.holders) and len(self.holders) <= len(self.text)

    def shares(self) -> Iterator[tuple[int, str]]:
        """Yield a character for each glyph, and for the last one the rest."""
        for number, place in enumerate(self.holders):
            end = None if place == self.holders[-1] else number + 1
            yield place, self.text[number:end]


def _with_enough(clusters: Sequence[_Cluster]) -> list[_Cluster]:
    """Return the clusters; one that is not drawn, or has too few characters, gets a neighbour.

    The consonant within a vowel sign of two parts is one with the sign's first part only.
    """
    joined: list[_Cluster] = []
    lacks = False
    for cluster in clusters:
        if joined and (lacks or not cluster.holders):
            before = joined.pop()
            holders = [*before.holders, *cluster.holders]
            joined.append(_Cluster(before.text + cluster.text, holders))
            lacks = not holders
        else:
            joined.append(cluster)
            lacks = not cluster.has_enough()
    for cluster in joined:
        cluster.has_enough()
    return joined
