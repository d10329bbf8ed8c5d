"""Asking a shopper for a review: once, only with consent, only when the shop has a template for it."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shop.core.errors import ShopError
from shop.core.miniprogram import order_page
from shop.members.models import Identity, Member
from shop.members.wechat import WechatError, api_post
from shop.reviews.models import Invitation, Review, ReviewSettings
from shop.reviews.wechat_check import appid
from tenants import due

PATH = "/cgi-bin/message/subscribe/send"
LONGEST_THING = 20  # letters that WeChat takes in a field of this kind
State = Invitation.State


def accept_invitation(member: Member, number: str, template: str) -> None:
    """Note that the member agreed to one message about this order; ShopError 422 `template_unknown`. Repeatable."""
    wanted = ReviewSettings.objects.values_list("invite_template", flat=True).get(pk=1)
    if not wanted or template != wanted:
        raise ShopError("template_unknown", gettext_lazy("店铺没有使用这个消息模板"), status=422)
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
    """Send the invitation for an order unless it was reviewed; WechatError when WeChat cannot take it now.

    A repeat after a crash is harmless: the consent is used up, WeChat refuses the second message.
    """
    invitation = Invitation.objects.filter(order_number=number, state=State.ACCEPTED).first()
    if invitation is None:
        return
    settings = ReviewSettings.objects.get(pk=1)
    openid = Identity.objects.openid(invitation.member, appid())
    if not openid or settings.invite_template != invitation.template or _is_reviewed(number):
        _end(invitation, State.NOT_NEEDED)
        return
    data = {settings.invite_product_field: product_title, settings.invite_note_field: _("您的评价能帮到更多人")}
    body = {
        "touser": openid,
        "template_id": invitation.template,
        "page": order_page(number),
        "data": {name: {"value": value[:LONGEST_THING]} for name, value in data.items() if name},
    }
    try:
        api_post(PATH, body)
    except WechatError as error:
        if error.retry:
            raise
        _end(invitation, State.REFUSED, str(error))
    else:
        _end(invitation, State.SENT)


def _is_reviewed(number: str) -> bool:
    return Review.objects.filter(order_number=number).exists()


def _end(invitation: Invitation, state: str, note: str = "") -> None:
    Invitation.objects.filter(pk=invitation.pk).update(state=state, note=note[:200])
