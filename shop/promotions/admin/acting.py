"""What staff may do to an activity beside editing its draft: publish it, end it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from shop.promotions.models import Activity
from shop.promotions.services import end_activity, publish_activity

Phase = Activity.Phase


@dataclass(frozen=True, slots=True)
class ActivityAction:
    """A button of an activity, with a page that asks once more."""

    code: str
    label: Any
    hint: Any
    icon: str
    phases: frozenset[str]
    run: Callable[[Activity, str], Any]
    danger: bool = False

    def fits(self, activity: Any) -> bool:
        """Return whether this may be done to `activity` now."""
        return activity.phase in self.phases


ACTIONS = {
    action.code: action
    for action in (
        ActivityAction(
            "publish",
            _("发布"),
            _("发布后到开始时间自动生效，到结束时间自动停止。发布后不能再修改，只能提前结束。"),
            "campaign",
            frozenset({Phase.DRAFT}),
            lambda activity, actor: publish_activity(activity, actor=actor),
        ),
        ActivityAction(
            "end",
            _("结束"),
            _("马上停止，不能恢复；已经下单的不受影响，没卖完的活动库存放回店铺库存。"),
            "block",
            frozenset({Phase.COMING, Phase.LIVE}),
            lambda activity, actor: end_activity(activity, actor=actor),
            danger=True,
        ),
    )
}
