"""What the home page says of money."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from payments.models import Refund
from shop.core.home import Task


def tasks(user: Any) -> list[Task]:
    """Return how many refunds the provider refused: the shopper still waits for the money."""
    if not user.has_perm("payments.view_refund"):
        return []
    failed = Refund.objects.filter(state=Refund.State.FAILED).count()
    link = f"{reverse('admin:payments_refund_changelist')}?state__exact={Refund.State.FAILED}"
    return [Task(_("退款失败"), failed, link)] if failed else []
