"""Asking a shopper for a review: once, only with consent, only when the shop has a template for it."""

from datetime import timedelta

from django.utils.translation import gettext as _

from shop.core.miniprogram import order_page
from shop.members.messages import check_template, close, deliver
from shop.members.models import Member
from shop.reviews.models import Invitation, Review, ReviewSettings
from tenants import due

State = Invitation.State


def accept_invitation(member: Member, number: str, template: str) -> None:
    """Note that the member agreed to one message about this order; ShopError 422 `template_unknown`. Repeatable."""
    wanted = ReviewSettings.objects.values_list("invite_template", flat=True).get(pk=1)
    check_template(template, wanted or "")
    row = Invitation(order_number=number, member=member, template=template)
    Invitation.objects.bulk_create([row], ignore_conflicts=True)


def plan_after_receipt(number: str) -> None:
    """Schedule what follows the receipt of an order: the invitation, if agreed to, and noting that nothing was
    written, if the shop wants it. Call it in a transaction; repeating has no effect.
    """
    settings = ReviewSettings.objects.get(pk=1)
    if settings.invite_template and Invitation.objects.filter(order_number=number, state=State.ACCEPTED).exists():
        due.schedule("reviews.invite", number, after=timedelta(hours=settings.invite_hours))
    if settings.auto_review_days:
        due.schedule("reviews.auto", number, after=timedelta(days=settings.auto_review_days))


def invite(number: str, product_title: str) -> None:
    """Send the invitation for an order unless it was reviewed; WechatError when WeChat cannot take it now."""
    invitation = Invitation.objects.filter(order_number=number, state=State.ACCEPTED).select_related("member").first()
    if invitation is None:
        return
    settings = ReviewSettings.objects.get(pk=1)
    if settings.invite_template != invitation.template or _is_reviewed(number):
        close(invitation, State.NOT_NEEDED)
        return
    words = {settings.invite_product_field: product_title, settings.invite_note_field: _("您的评价能帮到更多人")}
    deliver(invitation, order_page(number), words)


def _is_reviewed(number: str) -> bool:
    return Review.objects.filter(order_number=number).exists()
