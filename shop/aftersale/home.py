"""What the home page says of after-sales."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shop.aftersale.models import AfterSale
from shop.core.home import Task


def tasks(user: Any) -> list[Task]:
    """Return how many after-sales wait for a decision."""
    if not user.has_perm("aftersale.view_aftersale"):
        return []
    link = f"{reverse('admin:aftersale_aftersale_changelist')}?state__exact={AfterSale.State.APPLIED}"
    return [Task(_("售后待处理"), AfterSale.objects.waiting().count(), link)]
