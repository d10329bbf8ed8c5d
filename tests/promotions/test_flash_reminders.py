"""The message that tells members of a flash sale: sent to who agreed, once, while the session is still to come."""

from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import localtime

from shop.marketing.flash_sale import reminders
from shop.marketing.flash_sale.models import Reminder, ReminderSettings
from shop.marketing.flash_sale.receivers import on_reminder
from shop.members.models import Identity
from shop.members.services import connect_app
from shop.members.wechat import WechatError
from shop.promotions.services import activities as life
from tenants.models import OutboxEvent
from tests.factories import make_member, make_sku
from tests.promotions.test_flash_sale import flash
from tests.shop.admin_browser import browser_of, make_staff, owner
from tests.shop.members import body, refused

APPID = "wx0123456789abcdef"
PAGE = "/admin/flash_sale/remindersettings/"


@pytest.fixture
def wechat(shop, monkeypatch):
    """What WeChat is asked to send; `answer` may be an error."""
    connect_app(APPID, "0123456789abcdef0123456789abcdef", "小店")
    ReminderSettings.objects.create(template="tmpl-1")
    sent = SimpleNamespace(messages=[], answer=None)

    def post(path, message):
        assert not connection.in_atomic_block or connection.savepoint_ids == []
        if sent.answer:
            raise sent.answer
        sent.messages.append((path, message))
        return {"errcode": 0}

    monkeypatch.setattr("shop.members.messages.api_post", post)
    return sent


@pytest.fixture
def shopper(wechat):
    member = make_member()
    Identity.objects.filter(member=member).update(app=APPID)
    return member


def coming():
    return flash((make_sku(price=1_000), 100, 1), begins=120)


def remind(api, member, session, **said):
    return api.post(f"/api/v1/activities/{session.key}/remind", json=said, token=member.token)


def tell(session):
    """What the workers do when the time has come."""
    reminders.on_remind(session.key)
    for event in OutboxEvent.objects.filter(topic="activity.reminder").order_by("pk"):
        on_reminder(event)


def states():
    return list(Reminder.objects.order_by("pk").values_list("state", flat=True))


def test_who_agreed_gets_one_message_that_leads_to_the_session(api, shopper, wechat):
    session = coming()
    assert body(api.get("/api/v1/flash-sales"))["reminder_template"] == "tmpl-1"
    assert remind(api, shopper, session, template="tmpl-1").status_code == 204
    assert body(api.get("/api/v1/me/flash-sale-reminders", token=shopper.token)) == {"activities": [session.key]}
    for _twice in range(2):
        tell(session)
    [(path, message)] = wechat.messages
    assert path == "/cgi-bin/message/subscribe/send"
    assert (message["template_id"], message["page"]) == (
        "tmpl-1",
        f"packages/marketing/flash-sale/flash-sale?activity={session.key}",
    )
    assert [message["data"][name]["value"] for name in ("thing1", "thing3")] == ["十点场", "马上开抢，数量有限"]
    begins = localtime(session.starts_at)
    assert message["data"]["time2"]["value"] == f"{begins:%Y}年{begins:%m}月{begins:%d}日 {begins:%H:%M}"
    assert states() == ["SENT"]


def test_who_agreed_to_no_message_gets_none(api, shopper, wechat):
    session = coming()
    assert remind(api, shopper, session).status_code == 204
    tell(session)
    assert (wechat.messages, states()) == ([], ["ACCEPTED"])


def test_consent_may_follow_the_wish_and_repeating_the_wish_does_not_take_it_back(api, shopper, wechat):
    session = coming()
    for said in ({}, {"template": "tmpl-1"}, {}):
        assert remind(api, shopper, session, **said).status_code == 204
    tell(session)
    assert (len(wechat.messages), states()) == (1, ["SENT"])


def test_only_the_template_of_the_shop_is_agreed_to(api, shopper):
    session = coming()
    refused(remind(api, shopper, session, template="another"), 422, "template_unknown")
    ReminderSettings.objects.all().delete()
    refused(remind(api, shopper, session, template="tmpl-1"), 422, "template_unknown")
    refused(remind(api, shopper, session, template=["x"]), 422, "invalid")
    assert not Reminder.objects.exists()
    assert body(api.get("/api/v1/flash-sales"))["reminder_template"] == ""


def test_nothing_is_sent_of_what_was_called_off_or_with_a_template_given_up(api, shopper, wechat):
    called_off, changed = coming(), coming()
    for session in (called_off, changed):
        remind(api, shopper, session, template="tmpl-1")
        reminders.on_remind(session.key)
    life.end_activity(called_off, actor="test")
    reminders.send(shopper.pk, called_off.key)
    ReminderSettings.objects.update(template="tmpl-2")
    reminders.send(shopper.pk, changed.key)
    assert (wechat.messages, states()) == ([], ["NOT_NEEDED", "NOT_NEEDED"])


@pytest.mark.parametrize(
    ("error", "state"),
    [(WechatError(43101, "user refuse", retry=False), "REFUSED"), (WechatError(-1, "busy", retry=True), "ACCEPTED")],
)
def test_a_refused_message_ends_and_a_failed_one_is_tried_again(api, shopper, wechat, error, state):
    session = coming()
    remind(api, shopper, session, template="tmpl-1")
    wechat.answer = error
    if error.retry:
        with pytest.raises(WechatError):
            tell(session)
    else:
        tell(session)
    assert states() == [state]
    wechat.answer = None
    tell(session)
    assert len(wechat.messages) == (1 if error.retry else 0)


def test_somebody_who_never_was_in_the_mini_program_gets_none(api, wechat):
    session, member = coming(), make_member()
    remind(api, member, session, template="tmpl-1")
    tell(session)
    assert (wechat.messages, states()) == ([], ["NOT_NEEDED"])


def test_one_sees_ones_own_reminders_of_what_is_to_come(api, shopper, wechat):
    session, over = coming(), coming()
    remind(api, shopper, session)
    remind(api, make_member(), over)
    remind(api, shopper, over)
    life.end_activity(over, actor="test")
    mine = api.get("/api/v1/me/flash-sale-reminders", token=shopper.token)
    assert body(mine) == {"activities": [session.key]}
    refused(api.get("/api/v1/me/flash-sale-reminders"), 401, "unauthorized")


def test_staff_set_the_template_once_and_see_what_became_of_the_messages(shop, api):
    browser = browser_of(shop, owner())
    assert "没有填模板编号" in browser.get(f"{PAGE}add/").content.decode()
    values = {"template": "tmpl-9", "title_field": "thing4", "time_field": "date5", "note_field": ""}
    browser.post(f"{PAGE}add/", values)
    assert ReminderSettings.objects.current().template == "tmpl-9"
    page = browser.get(PAGE, follow=True).content.decode()
    assert "已发送 0 条，等待 0 条，微信拒绝 0 条" in page
    browser.post(f"{PAGE}1/change/", {**values, "template": "tmpl-8"})
    assert list(ReminderSettings.objects.values_list("pk", "template")) == [(1, "tmpl-8")]
    assert browser.get(f"{PAGE}add/").status_code == 403
    with pytest.raises(IntegrityError), transaction.atomic():
        ReminderSettings.objects.create(pk=2)
    assert browser_of(shop, make_staff("service", "客服")).get(PAGE, follow=True).status_code == 403
