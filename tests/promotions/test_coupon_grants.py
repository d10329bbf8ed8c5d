"""How members come to coupons: claimed, issued, as newcomers, by code, as a reward."""

import logging
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.postgres.functions import TransactionNow
from django.db import IntegrityError, transaction
from django.utils import timezone

from shop.core import rewards
from shop.core.errors import ShopError
from shop.marketing.coupons import receivers
from shop.marketing.coupons.models import CodeTries, Coupon, CouponCode, CouponTemplate
from shop.marketing.coupons.services import (
    Segment,
    claim,
    end_template,
    extend_template,
    generate_codes,
    grouped,
    issue,
    publish_template,
    redeem_code,
    save_template,
    void,
    welcome,
)
from shop.members.models import Identity, Level, Member
from shop.members.services import bind_phone, erase_member, log_in_with_code, member_with_phone
from shop.promotions.receivers import on_order_completed
from tenants.context import using_shop
from tenants.models import OutboxEvent
from tests.factories import make_address, make_member, make_order, make_sku
from tests.promotions.activities import make_activity, paid, unsound
from tests.promotions.coupons import hold, let_end, make_template, state
from tests.shop.members import app, wechatsim  # noqa: F401


def counted(template):
    template.refresh_from_db()
    return template.claimed, template.coupons.count()


def refused(function, *args, **kwargs):
    with pytest.raises(ShopError) as refusal, transaction.atomic():
        function(*args, **kwargs)
    return refusal.value.code


def test_a_claim_is_a_copy_of_the_rule_for_its_days(member):
    template = make_template(days_after=1, days_valid=3, scope={"all": False, "products": [7]}, excludes=[1])
    coupon = claim(member, template)
    assert coupon.rule == {
        "title": "券",
        "kind": "FIXED",
        "value": 1_000,
        "share_bp": 0,
        "cap": None,
        "threshold": 10_000,
        "scope": {"all": False, "products": [7]},
        "is_stackable": False,
        "excludes": [1],
    }
    assert (coupon.starts_at - coupon.created_at, coupon.ends_at - coupon.starts_at) == (
        timedelta(days=1),
        timedelta(days=3),
    )
    assert (coupon.state, coupon.source, coupon.member, counted(template)) == ("UNUSED", "CLAIM", member, (1, 1))
    assert unsound() == {}


def test_fixed_dates_are_taken_over(member):
    begins, ends = timezone.now() - timedelta(days=1), timezone.now() + timedelta(days=1)
    coupon = claim(member, make_template(valid_from=begins, valid_until=ends))
    assert (coupon.starts_at, coupon.ends_at) == (begins, ends)


def test_limits_per_member_and_in_all_refuse_and_change_nothing(member):
    template = make_template(total=3, most_per_member=2)
    claim(member, template)
    claim(member, template)
    assert refused(claim, member, template) == "coupon_limit"
    other = make_member()
    claim(other, template)
    assert refused(claim, other, template) == "coupon_gone"
    assert (counted(template), template.holdings.get(member=other).count) == ((3, 3), 1)
    assert unsound() == {}


def test_a_claim_is_for_its_window_by_the_databases_clock(member):
    later, earlier = timezone.now() + timedelta(hours=1), timezone.now() - timedelta(hours=1)
    for fields in ({"claim_from": later}, {"claim_until": earlier}, {"published": False}, {"given": "ISSUE"}):
        template = make_template(**fields)
        assert (refused(claim, member, template), counted(template)) == ("coupon_over", (0, 0)), fields
    template = make_template()
    CouponTemplate.objects.filter(pk=template.pk).update(claim_from=TransactionNow())
    claim(member, template)
    CouponTemplate.objects.filter(pk=template.pk).update(claim_from=None, claim_until=TransactionNow())
    assert refused(claim, member, template) == "coupon_over"
    CouponTemplate.objects.filter(pk=template.pk).update(claim_until=None)
    assert end_template(template)
    assert not end_template(template)
    assert refused(claim, member, template) == "coupon_over"
    over = make_template(valid_from=earlier, valid_until=later)
    CouponTemplate.objects.filter(pk=over.pk).update(valid_until=TransactionNow())
    assert refused(claim, member, over) == "coupon_over"
    assert counted(template) == (1, 1)


def test_only_a_draft_changes_its_rule_and_it_is_published_once(shop):
    template = make_template(published=False)
    template.value = 2_000
    save_template(template)
    publish_template(template)
    assert refused(publish_template, template) == "not_draft"
    template.value = 9_000
    assert refused(save_template, template) == "not_draft"
    template.refresh_from_db()
    assert (template.state, template.value) == ("ON", 2_000)
    past = timezone.now() - timedelta(days=1)
    over = make_template(published=False, valid_from=past - timedelta(days=1), valid_until=past)
    assert refused(publish_template, over) == "coupon_over"
    assert counted(over) == (0, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": 0},
        {"share_bp": 100},
        {"kind": "PERCENT", "value": 0, "share_bp": 10_000},
        {"kind": "PERCENT", "value": 0, "share_bp": 500, "cap": 0},
        {"kind": "FREIGHT", "value": 0, "share_bp": 1},
        {"threshold": -1},
        {"days_valid": 0},
        {"days_valid": None},
        {"valid_from": timezone.now()},
        {"valid_from": timezone.now(), "valid_until": timezone.now() - timedelta(days=1)},
        {"claim_from": timezone.now(), "claim_until": timezone.now() - timedelta(days=1)},
        {"total": -1},
        {"title": ""},
    ],
)
def test_a_template_without_sense_is_refused(shop, wrong):
    assert refused(make_template, **wrong) == "invalid"
    assert not CouponTemplate.objects.exists()


def test_the_database_refuses_what_services_never_write(member):
    template = make_template(total=1)
    coupon = hold(member, template)
    wrongs = [
        lambda: CouponTemplate.objects.update(claimed=2),
        lambda: CouponTemplate.objects.update(value=0),
        lambda: Coupon.objects.update(state="USED"),
        lambda: Coupon.objects.update(order="1"),
        lambda: Coupon.objects.update(ends_at=coupon.starts_at),
        lambda: Coupon.objects.update(state="USED", order="1", used_at=timezone.now(), member=None),
    ]
    for wrong in wrongs:
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()
    assert state(coupon) == ("UNUSED", "")


def test_once_published_it_can_only_grow(member):
    template = make_template(total=1, most_per_member=1)
    claim(member, template)
    assert extend_template(template, total=2, most_per_member=2).total == 2
    claim(member, template)
    for fewer in ({"total": 1}, {"most_per_member": 1}):
        assert refused(extend_template, template, **fewer) == "limit_lowered"
    assert (extend_template(template, total=0).total, counted(template)) == (0, (2, 2))
    assert refused(extend_template, template, total=5) == "limit_lowered"
    with pytest.raises(ValueError, match="value"):
        extend_template(template, value=1)
    end_template(template)
    assert refused(extend_template, template, title="新") == "not_running"


def test_issuing_is_once_per_key_and_leaves_out_who_has_enough(member):
    others = [make_member() for _number in range(3)]
    template = make_template(given="ISSUE", most_per_member=2, total=6)
    everybody = [member.pk, *(other.pk for other in others)]
    assert issue(template, everybody[:3], key="a") == 3
    assert issue(template, everybody[:3], key="a") == 0
    assert issue(template, everybody, key="a") == 1
    assert issue(template, [member.pk], key="b") == 1
    assert issue(template, [member.pk], key="c") == 0  # has two
    assert refused(issue, template, everybody, key="d") == "coupon_gone"
    assert (counted(template), Coupon.objects.of(member).count()) == ((5, 5), 2)
    assert issue(template, [others[0].pk, 999_999], key="d") == 1
    assert unsound() == {}


def test_issuing_in_batches_goes_on_where_it_was_refused(member, monkeypatch):
    monkeypatch.setattr("shop.marketing.coupons.services.granting.BATCH", 2)
    everybody = [member.pk, *(make_member().pk for _number in range(4))]
    template = make_template(given="ISSUE", total=3)
    with pytest.raises(ShopError) as refusal:
        issue(template, everybody, key="a")
    assert (refusal.value.code, counted(template)) == ("coupon_gone", (2, 2))
    extend_template(template, total=5)
    assert (issue(template, everybody, key="a"), counted(template)) == (3, (5, 5))
    assert unsound() == {}


def test_a_segment_is_levels_registration_and_orders(member):
    gold = Level.objects.create(name="金卡", threshold=1)
    old, buyer, erased = make_member(), make_member(), make_member()
    Member.objects.filter(pk__in=[old.pk, buyer.pk]).update(level=gold)
    Member.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=30))
    buyer.address = make_address(buyer)
    paid(buyer, (make_sku(), 1))
    make_order(old)  # unpaid
    erase_member(erased)

    def meant(**fields):
        return set(Segment(**fields).members())

    assert meant() == {member, old, buyer}
    assert meant(levels=[gold.pk]) == {old, buyer}
    assert meant(registered_since=timezone.now() - timedelta(days=1)) == {member, buyer}
    assert meant(has_ordered=True) == {buyer}
    assert meant(has_ordered=False, levels=[gold.pk]) == {old}
    template = make_template(given="ISSUE")
    assert issue(template, Segment(levels=[gold.pk]), key="a") == 2
    assert set(template.coupons.values_list("member", flat=True)) == {old.pk, buyer.pk}


def test_new_members_are_welcomed_once(shop, app):  # noqa: F811
    template, ended = make_template(given="REGISTER"), make_template(given="REGISTER")
    end_template(ended)
    make_template(given="CLAIM")
    member = log_in_with_code("sim:newcomer").member
    log_in_with_code("sim:newcomer")
    (event,) = OutboxEvent.objects.filter(topic="member.registered")
    assert event.ref == member.key
    for _times in range(2):
        receivers.on_member_registered(event)
    coupon = Coupon.objects.get()
    assert (coupon.template, coupon.member, coupon.source) == (template, member, "REGISTER")
    assert OutboxEvent.objects.filter(topic="member.registered", ref=member_with_phone("13900139000").key).count() == 1
    assert unsound() == {}


def test_when_the_welcome_is_used_up_others_are_still_given(member):
    first, second = make_template(given="REGISTER", total=1), make_template(given="REGISTER")
    hold(make_member(), first)
    assert [coupon.template for coupon in welcome(member)] == [second]
    assert counted(first) == (1, 1)


def test_a_welcome_keeps_nobody_from_becoming_one_with_himself(member):
    template = make_template(given="REGISTER")
    known = member_with_phone("13900139000")
    sku = make_sku()
    make_order(known, (sku, 1))
    newcomer = make_member()
    welcome(newcomer)
    assert bind_phone(newcomer, "13900139000") == known
    assert not Member.objects.filter(pk=newcomer.pk).exists()
    assert (Coupon.objects.get().member, counted(template)) == (None, (1, 1))
    assert Identity.objects.filter(member=known, kind="MINIPROGRAM").count() == 1
    assert unsound() == {}


def test_who_claimed_a_coupon_is_not_merged_away(member):
    known = member_with_phone("13900139000")
    make_order(known, (make_sku(), 1))
    newcomer = make_member()
    claim(newcomer, make_template())
    assert refused(bind_phone, newcomer, "13900139000") == "phone_taken"
    assert Coupon.objects.get().member == newcomer


def test_a_code_is_good_for_one_coupon(member):
    template = make_template(given="CODE")
    codes = generate_codes(template, 3, batch="双十一")
    text = grouped(CouponCode.objects.get(pk=codes[0].pk))
    assert len({code.code_digest for code in codes}) == 3
    assert (len(text), {len(part) for part in text.split("-")}) == (19, {4})
    coupon = redeem_code(member, f" {text.lower()} ")
    assert (coupon.source, coupon.code.pk, counted(template)) == ("CODE", codes[0].pk, (1, 1))
    assert refused(redeem_code, member, text) == "code_used"
    assert refused(redeem_code, make_member(), text) == "code_used"
    assert counted(template) == (1, 1)
    assert text.replace("-", "") not in CouponCode.objects.get(pk=codes[0].pk).code_sealed
    assert unsound() == {}


def test_a_code_that_cannot_be_used_now_stays_good(member):
    template = make_template(given="CODE", most_per_member=1, total=2)
    one, two, three = (grouped(code) for code in generate_codes(template, 3, batch="a"))
    redeem_code(member, one)
    assert refused(redeem_code, member, two) == "coupon_limit"
    other = make_member()
    redeem_code(other, two)
    assert refused(redeem_code, make_member(), three) == "coupon_gone"
    end_template(template)
    assert refused(redeem_code, make_member(), three) == "coupon_over"
    assert (CouponCode.objects.filter(coupon=None).count(), counted(template)) == (1, (2, 2))


def test_codes_are_made_for_templates_of_codes_in_bounds(shop):
    assert refused(generate_codes, make_template(), 1, batch="a") == "not_by_code"
    template = make_template(given="CODE")
    for count in (0, 10_001):
        assert refused(generate_codes, template, count, batch="a") == "count_invalid"
    assert not CouponCode.objects.exists()


def test_ten_wrong_codes_in_ten_minutes_are_enough(member):
    (code,) = generate_codes(make_template(given="CODE"), 1, batch="a")
    for _times in range(10):
        with pytest.raises(ShopError) as refusal:
            redeem_code(member, "WRONG")
        assert (refusal.value.code, refusal.value.status) == ("code_unknown", 404)
    assert refused(redeem_code, member, grouped(code)) == "too_many_requests"
    assert not Coupon.objects.exists()
    CodeTries.objects.update(since=TransactionNow() - timedelta(minutes=10))
    redeem_code(member, grouped(code))
    assert CodeTries.objects.get().tries == 0


def test_right_codes_are_no_tries(member):
    codes = generate_codes(make_template(given="CODE"), 12, batch="a")
    for code in codes:
        redeem_code(member, grouped(code))
    assert Coupon.objects.count() == 12


def test_the_code_of_another_shop_is_unknown(member, other_shop):
    with using_shop(other_shop):
        (code,) = generate_codes(make_template(given="CODE"), 1, batch="a")
        text = grouped(code)
    assert refused(redeem_code, member, text) == "code_unknown"


def test_a_reward_is_given_once_and_as_far_as_limits_go(member, caplog):
    template = make_template(given="ISSUE", most_per_member=3)
    for _times in range(2):
        assert rewards.grant("coupon", member.pk, {"quantity": 2, "ref": template.key}, "perk:1")
    assert counted(template) == (2, 2)
    rewards.grant("coupon", member.pk, {"quantity": 2, "ref": template.key}, "perk:2")
    assert (counted(template), Coupon.objects.filter(source="REWARD").count()) == ((3, 3), 3)
    with caplog.at_level(logging.WARNING):
        rewards.grant("coupon", member.pk, {"quantity": 1, "ref": "nothing"}, "perk:3")
        end_template(template)
        rewards.grant("coupon", make_member().pk, {"quantity": 1, "ref": template.key}, "perk:4")
    assert [record.levelname for record in caplog.records if "perk:" in record.message] == ["WARNING"] * 2
    assert counted(template) == (3, 3)
    assert unsound() == {}


def test_an_order_that_promised_a_coupon_gives_it_when_it_is_complete_once(member):
    member.address = make_address(member)
    template = make_template(given="ISSUE")
    perk = {"kind": "coupon", "quantity": 2, "ref": template.key}
    make_activity("full_reduction", rule={"tiers": [{"threshold": 1_000, "perks": [perk]}]}, scope={"all": True})
    order = paid(member, (make_sku(price=1_000), 1))
    assert counted(template) == (0, 0)
    for _times in range(2):
        on_order_completed(SimpleNamespace(ref=order.number))
    assert (counted(template), Coupon.objects.of(member).usable().count()) == ((2, 2), 2)
    assert unsound() == {}


def test_only_an_unused_coupon_is_void_with_a_reason(member):
    coupon = hold(member)
    assert refused(void, coupon, note=" ") == "note_required"
    void(coupon, note="误发")
    assert state(coupon) == ("VOID", "")
    assert refused(void, coupon, note="误发") == "coupon_used"
    assert list(Coupon.objects.of(member).expired()) == [coupon]
    assert (counted(coupon.template), unsound()) == ((1, 1), {})


def test_lists_know_what_is_usable_used_and_over(member):
    member.address = make_address(member)
    unused, over, used = hold(member), hold(member), hold(member, value=5_000)
    let_end(over)
    paid(member, (make_sku(price=20_000), 1))
    mine = Coupon.objects.of(member)
    assert ([*mine.usable()], [*mine.used()], [*mine.expired()]) == ([unused], [used], [over])
    assert CouponTemplate.objects.with_used().get(pk=used.template_id).used == 1
