"""How the way down to the lowest price is cut into parts. Pure."""

from random import Random
from secrets import SystemRandom

LEAST_SHARE, MOST_SHARE = 20, 50  # percent of what is left, as shoppers know it: large cuts first


def cuts_of(amount: int, parts: int, chance: Random | None = None) -> list[int]:
    """Return `parts` cuts (fen, each at least 1) that add up to `amount`; the last takes what is left.

    ValueError when the amount has less than 1 fen for each.
    """
    if parts < 1 or amount < parts:
        raise ValueError(f"{amount} fen are too few for {parts} cuts")
    chance = chance or SystemRandom()
    cuts, left = [], amount
    for behind in range(parts - 1, 0, -1):
        room = left - behind  # every later cut needs 1 fen
        cut = min(max(room * chance.randint(LEAST_SHARE, MOST_SHARE) // 100, 1), room)
        cuts.append(cut)
        left -= cut
    return [*cuts, left]
