"""Places of marketing in the mini-program that a picture of the front page can lead to.

A place is named `tool` (a page with everything of it: the claim centre, the flash sales) or `tool/key` (one activity).
"""

from collections.abc import Iterator

from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from shop.promotions import plugins
from shop.promotions.models import Activity
from shop.promotions.presentation import shown
from shop.promotions.registry import tools

MOST_SHOWN = 200


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the places there are now, in groups: (name, [(place, name)]); the newest activities first."""
    pages = [(code, name) for code, name in _pages()]
    single = shown().exclude(tool__in=[code for code, _name in pages]).order_by("-pk")[:MOST_SHOWN]
    activities = [(f"{activity.tool}/{activity.key}", _named(activity)) for activity in single]
    return [(name, group) for name, group in ((_("页面"), pages), (_("活动"), activities)) if group]


def name_of(place: str) -> str:
    """Return what a place is called; of an activity that is over that it is, "" for what is unknown."""
    tool, _slash, key = place.partition("/")
    if not key:
        return dict(_pages()).get(tool, "")
    activity = Activity.objects.of_tool(tool).with_phase().of_key(key)
    if activity is None:
        return ""
    is_over = activity.phase == Activity.Phase.OVER  # type: ignore[attr-defined]  # by with_phase()
    return _named(activity) + (_("（已结束）") if is_over else "")


def _pages() -> Iterator[tuple[str, str]]:
    for config in plugins.configs():
        if config.entrance:
            yield import_string(config.promotion).code, str(config.entrance)


def _named(activity: Activity) -> str:
    tool = tools().get(activity.tool)
    return f"{tool.title if tool else activity.tool}{_('：')}{activity.title}"
