"""Messages to one member through WeChat (订阅消息): a consent is good for one message of a template of the shop's."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _

from shop.core.base import ShopModel
from shop.core.errors import ShopError
from shop.members.models import Identity, Member, WechatApp
from shop.members.wechat import WechatError, api_post

PATH = "/cgi-bin/message/subscribe/send"
LONGEST_VALUE = 20  # letters that WeChat takes in a field of kind "thing"; a time is shorter


class Consent(ShopModel):
    """A member's consent to one message, and what became of it. Children add `member`."""

    class State(models.TextChoices):
        ACCEPTED = "ACCEPTED", _("同意接收")
        SENT = "SENT", _("已发送")
        REFUSED = "REFUSED", _("微信拒绝")
        NOT_NEEDED = "NOT_NEEDED", _("不需要了")

    template = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State, default=State.ACCEPTED)
    note = models.CharField(max_length=200, blank=True, default="")

    member: Member

    class Meta:
        abstract = True


def check_template(template: str, wanted: str) -> None:
    """Raise ShopError 422 `template_unknown` unless the template is the one that the shop uses ("" for none)."""
    if not wanted or template != wanted:
        raise ShopError("template_unknown", _("店铺没有使用这个消息模板"), status=422)


def deliver(consent: Consent, page: str, values: Mapping[str, str]) -> None:
    """Send the message that was agreed to, with field of the template → its text, and note what became of it.

    Never inside a transaction. WechatError when WeChat cannot take it now. A repeat after a crash is harmless: the
    consent is used up, WeChat refuses the second message.
    """
    openid = Identity.objects.openid(consent.member, WechatApp.objects.appid())
    if not openid:
        close(consent, Consent.State.NOT_NEEDED)
        return
    data = {name: {"value": value[:LONGEST_VALUE]} for name, value in values.items() if name}
    try:
        api_post(PATH, {"touser": openid, "template_id": consent.template, "page": page, "data": data})
    except WechatError as error:
        if error.retry:
            raise
        close(consent, Consent.State.REFUSED, str(error))
    else:
        close(consent, Consent.State.SENT)


def close(consent: Consent, state: str, note: str = "") -> None:
    """Note what became of a consent."""
    type(consent)._default_manager.filter(pk=consent.pk).update(state=state, note=note[:200])


def sent_words(consents: models.QuerySet[Consent]) -> str:
    """Return how many messages were sent, wait and were refused, for the page of the settings."""
    counts = {state: consents.filter(state=state).count() for state in Consent.State.values}
    return str(_("已发送 %(SENT)d 条，等待 %(ACCEPTED)d 条，微信拒绝 %(REFUSED)d 条") % counts)
