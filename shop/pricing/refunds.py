"""What units of a line are worth when they go back (docs/pricing.md §10)."""


def share_of_units(total: int, quantity: int, gone: int, gone_amount: int, units: int) -> int:
    """Return what `units` of a line are worth, of which `gone` units for `gone_amount` went back before.

    The last units are worth all that is left. The same holds for fen and for points. ValueError unless
    1 ≤ units ≤ quantity - gone.
    """
    if not 1 <= units <= quantity - gone:
        raise ValueError(f"{units} of {quantity - gone} units")
    return total - gone_amount if units == quantity - gone else units * (total // quantity)
