"""The buttons of the home page's first part: folding the first steps, adding and removing samples."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from saas.admin_home import may_onboard
from saas.first_steps import fold
from saas.samples import Removal, add_samples, archive_kept, remove_samples
from shop.catalog.admin_lists import tell_binned
from shop.catalog.models import Product
from shop.core import audit
from shop.core.admin_base import actor_of
from shop.core.errors import ShopError
from shop.core.models import ShopSettings


def fold_view(request: HttpRequest) -> HttpResponse:
    """Fold the first steps away, or open them."""
    _check(request)
    fold(folded=request.POST.get("fold") == "1")
    return redirect("admin:index")


def add_samples_view(request: HttpRequest) -> HttpResponse:
    """Add the sample goods; a second click changes nothing."""
    _check(request)
    try:
        count = add_samples(actor=actor_of(request))
    except ShopError as error:
        messages.error(request, str(error.message))
        return redirect("admin:index")
    if count:
        _record(request, "samples.add", {"products": count})
        messages.success(request, _("已添加 %(count)d 个示例商品") % {"count": count})
    else:
        messages.info(request, _("示例商品已经在店里"))
    return redirect("admin:index")


def remove_samples_view(request: HttpRequest) -> HttpResponse:
    """Remove the sample goods; a second click changes nothing."""
    _check(request)
    try:
        removal = remove_samples(actor=actor_of(request))
    except ShopError as error:
        messages.error(request, str(error.message))
        return redirect("admin:index")
    _tell(request, removal)
    return redirect("admin:index")


def _tell(request: HttpRequest, removal: Removal) -> None:
    if not (removal.deleted or removal.archived or removal.kept):
        messages.info(request, _("店里没有示例商品"))
        return
    counts = {"deleted": removal.deleted, "archived_count": removal.archived, "kept": list(removal.kept.values())}
    _record(request, "samples.remove", counts)
    messages.success(request, _("已移除示例商品：删除 %(count)d 个") % {"count": removal.deleted})
    if removal.archived:
        messages.info(request, _("%(count)d 个有过订单，已移到回收站") % {"count": removal.archived})
    if removal.kept:
        context = {"kept": Product.objects.filter(key__in=removal.kept).order_by("pk")}
        messages.warning(request, render_to_string("admin/shop/samples_kept.html", context, request=request))


@transaction.atomic
def archive_samples_view(request: HttpRequest) -> HttpResponse:
    """Move the edited samples that stayed to the recycle bin; a second click changes nothing."""
    _check(request)
    archived = archive_kept(request.POST.getlist("product"))
    for product in archived:
        _record(request, "archive", {"archived": True}, before={"archived": False}, target=product)
    tell_binned(request, len(archived))
    return redirect("admin:index")


def _check(request: HttpRequest) -> None:
    if not may_onboard(request.user):
        raise PermissionDenied


def _record(
    request: HttpRequest,
    action: str,
    after: dict[str, object],
    *,
    before: dict[str, object] | None = None,
    target: Model | None = None,
) -> None:
    about = target or ShopSettings.objects.get(pk=1)
    audit.record(
        actor=actor_of(request), action=action, target=about, before=before or {}, after=after, request=request
    )
