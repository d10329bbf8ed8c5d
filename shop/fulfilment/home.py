"""What the home page says of parcels."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shop.core.home import Task
from shop.fulfilment.models import Package


def tasks(user: Any) -> list[Task]:
    """Return how many parcels WeChat did not accept: until it does, the shop's money stays frozen."""
    if not user.has_perm("fulfilment.view_package"):
        return []
    refused = Package.objects.filter(upload=Package.Upload.REFUSED).count()
    link = f"{reverse('admin:orders_order_changelist')}?upload={Package.Upload.REFUSED}"
    return [Task(_("微信未收到发货信息"), refused, link)] if refused else []
