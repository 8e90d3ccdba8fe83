"""Which characters each glyph of a line stands for."""

from __future__ import annotations

from collections.abc import Sequence
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
    shares = [""] * len(starts)
    waiting, last = "", -1
    for start, end in pairwise([*sorted(members), len(text)]):
        characters = waiting + text[start:end].decode()
        holders = [place for place in members[start] if widths[place]]
        waiting = ""
        for place, character in zip(holders, characters, strict=False):
            shares[place] = character
        if holders:
            last = holders[-1]
            shares[last] += characters[len(holders) :]
        elif last >= 0:
            shares[last] += characters
        else:
            waiting = characters
    if waiting and shares:
        shares[0] = waiting
    return shares
