"""How a marketing tool, ours or a third party's, joins the shop: its AppConfig says everything."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django.apps import AppConfig, apps
from django.utils.module_loading import import_string

OPERATIONS, SERVICE = "运营", "客服"  # names of roles
ALL = ("view", "add", "change", "delete")  # verbs of a role


class ToolConfig(AppConfig):
    """The app of a marketing tool. Import this module, not the class: Django takes the one AppConfig that it finds.

    `promotion`: dotted path of its Promotion. `urls`: module with its paths below /api/v1/. `pages`: (model, dotted
    path of its admin page, icon) for the back office, in the order of the menu; `roles`: role → model → verbs.
    `order_details`: dotted path of `(order number) -> dict | None`, what the page of an order shows of the tool.
    `activity_details`: dotted path of `(activity, its ActivityItems) -> dict`, what the page of an activity shows
    beside its prices; pure, for it is asked for every row of a list.
    `words`: model → what its empty list says. `rewards`, `rewards_back`: kind → dotted path, see shop.core.rewards;
    `reward_choices`: kind → dotted path of `() -> [(ref, label)]`, what a reward of this kind may name.
    `summary`: dotted path, (activity, its ItemDrafts) → the line that shoppers read. `check`: dotted path, the same →
    what is wrong, place → reason; places are names of fields, or `items[0].price` for a row.
    `counts`: name → dotted path of `(member) -> int`, for what me/counts tells.
    `entrance`: name of the mini-program's page with everything of the tool, for links from the front page.
    `scope`: dotted path of `(key) -> scope | None`: which goods something is for that the tool keeps itself.
    `gate`: dotted path, (member pk, activity key → SKU keys, name of the request) → a context in which an order with
    lines of the tool is tried, outside its transaction; it refuses by ShopError.
    """

    promotion: ClassVar[str] = ""
    urls: ClassVar[str] = ""
    pages: ClassVar[Sequence[tuple[str, str, str]]] = ()
    roles: ClassVar[Mapping[str, Mapping[str, tuple[str, ...]]]] = {}
    words: ClassVar[Mapping[str, Any]] = {}
    order_details: ClassVar[str] = ""
    activity_details: ClassVar[str] = ""
    rewards: ClassVar[Mapping[str, str]] = {}
    rewards_back: ClassVar[Mapping[str, str]] = {}
    reward_choices: ClassVar[Mapping[str, str]] = {}
    summary: ClassVar[str] = ""
    check: ClassVar[str] = ""
    counts: ClassVar[Mapping[str, str]] = {}
    entrance: ClassVar[Any] = ""
    scope: ClassVar[str] = ""
    gate: ClassVar[str] = ""


def configs() -> Iterator[ToolConfig]:
    """Return the apps of all tools of this installation, in the order of the settings."""
    return (config for config in apps.get_app_configs() if isinstance(config, ToolConfig))


def details_of(activity: Any, items: Sequence[Any]) -> dict[str, Any]:
    """Return what the page of an activity shows of its tool; empty for tools that say nothing."""
    for config in configs():
        if config.activity_details and import_string(config.promotion).code == activity.tool:
            return import_string(config.activity_details)(activity, items)
    return {}


def counts_of(member: Any) -> dict[str, int]:
    """Return name → number of what the tools of this installation keep for a member."""
    return {name: import_string(path)(member) for config in configs() for name, path in config.counts.items()}


def choices_of(kind: str) -> list[tuple[str, Any]]:
    """Return what a reward of this kind may name: ref and label; [] where no tool of this installation gives it."""
    paths = (config.reward_choices[kind] for config in configs() if kind in config.reward_choices)
    return [choice for path in paths for choice in import_string(path)()]
