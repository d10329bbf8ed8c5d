"""What an order takes of promotions and gives back: the shop's limits and perks here, the rest in the tools."""

from collections.abc import Collection, Mapping, Sequence

from shop.pricing.values import Discount, Quote
from shop.promotions.contract import Applied, Live, Placed, Promotion
from shop.promotions.models import Activity, Perk
from shop.promotions.registry import tools
from shop.promotions.services import limits
from shop.promotions.services.offering import Offering

FREE_FREIGHT = "free_freight"


def claim(order: Placed, offering: Offering, price: Quote, lines: Sequence[int]) -> None:
    """Use up what a new order takes; `lines` are the pks of its lines, in the quote's order.

    ShopError: 409 `limit_exceeded`, and what the tools raise.
    """
    applied = _applied(price, lines)
    taken = {
        limits.bounds_of(activity): _uses(activity, price)
        for name, activity in offering.live.items()
        if name in applied
    }
    limits.take(order, taken)
    _claim(order, applied)
    Perk.objects.bulk_create(
        Perk(
            order=order.number,
            member_id=order.member,
            tool=tool,
            ref=ref,
            kind=perk.kind,
            quantity=perk.quantity,
            what=perk.ref,
        )
        for tool, ref, perk in price.perks
        if perk.kind != FREE_FREIGHT
    )


def _claim(order: Placed, applied: Mapping[tuple[str, str], Applied]) -> None:
    for code, tool in tools().items():
        own = [found for (name, _ref), found in sorted(applied.items(), key=lambda pair: pair[0]) if name == code]
        if own:
            tool.claim(order, own)


def _applied(price: Quote, lines: Sequence[int]) -> dict[tuple[str, str], Applied]:
    """Return (tool, ref) → what it did: every offer that took or gave something, every activity chosen."""
    saved: dict[tuple[str, str], int] = {}
    units: dict[tuple[str, str], dict[int, int]] = {}
    for discount in price.discounts:
        name = (discount.tool, discount.ref)
        saved[name] = saved.get(name, 0) + discount.saved
        units.setdefault(name, {}).update(_units(discount, price, lines))
    for tool, ref, fen in price.freight_discounts:
        saved[tool, ref] = saved.get((tool, ref), 0) + fen
    for line, pk in zip(price.lines, lines, strict=True):
        if line.activity:
            saved.setdefault(line.activity, 0)
            units.setdefault(line.activity, {})[pk] = line.quantity
    options = {line.activity: line.option for line in price.lines if line.activity}
    return {name: Applied(name[1], fen, units.get(name, {}), options.get(name, "")) for name, fen in saved.items()}


def _units(discount: Discount, price: Quote, lines: Sequence[int]) -> dict[int, int]:
    return {lines[place]: price.lines[place].quantity for place, share in enumerate(discount.shares) if share}


def _uses(activity: Live, price: Quote) -> int:
    """Return what counts towards an activity's limits: units of its own lines, else what its offers say."""
    name = (activity.tool, activity.key)
    chosen = activity.uses(sum(line.quantity for line in price.lines if line.activity == name))
    return chosen or sum(each.uses for each in price.discounts if (each.tool, each.ref) == name)


def claim_again(order: Placed, applied: Mapping[tuple[str, str], Applied]) -> None:
    """Use up once more what a cancelled order had given back. ShopError as `claim`."""
    limits.take_again(order)
    _claim(order, applied)


def release(order: Placed, used: Collection[str]) -> None:
    """Give back everything that an order which ended had taken by these tools. Repeating has no effect."""
    limits.give_back(order.number)
    for tool in _of(used):
        tool.release(order)


def release_units(order: Placed, used: Collection[str], units: Mapping[int, int], named: Mapping[str, int]) -> None:
    """Give back what units (order line pk → units) had taken; `named`: activity key → units that chose it."""
    if named:
        rows = Activity.objects.filter(key__in=named).values_list("key", "pk", "rule")
        back = {pk: named[key] // rule.get("units_per_use", 1) for key, pk, rule in rows}
        limits.give_back(order.number, {pk: units for pk, units in back.items() if units})
    for tool in _of(used):
        tool.release(order, units)


def paid(order: Placed, used: Collection[str]) -> bool:
    """Tell the tools that the order was paid; False when one of them says that it is too late."""
    return all(tool.paid(order) for tool in _of(used))


def holds(order: Placed, used: Collection[str]) -> bool:
    """Return whether a paid order must wait for others."""
    return any(tool.holds(order) for tool in _of(used))


def _of(used: Collection[str]) -> list[Promotion]:
    """Return the tools used that this installation (still) has."""
    return [tool for code, tool in tools().items() if code in used]
