"""What must always hold of coupons."""

from shop.core.auditing import Invariant

INVARIANTS = [
    Invariant(
        "I10",
        "a coupon template has given as many coupons as it counts, and never more than its total",
        """SELECT template.id FROM coupons_coupontemplate template
           LEFT JOIN (SELECT template_id, count(*) AS given FROM coupons_coupon GROUP BY 1) made
               ON made.template_id = template.id
           WHERE template.claimed <> COALESCE(made.given, 0)
              OR (template.total > 0 AND template.claimed > template.total)""",
    ),
    Invariant(
        "I10",
        "a member has been given as many coupons of a template as is counted, and never more than its limit",
        """SELECT COALESCE(held.id, 0) FROM coupons_couponholding held
           FULL JOIN (
               SELECT template_id, member_id, count(*) AS given FROM coupons_coupon
               WHERE member_id IS NOT NULL GROUP BY 1, 2
           ) made USING (template_id, member_id)
           LEFT JOIN coupons_coupontemplate template ON template.id = template_id
           WHERE COALESCE(held.count, 0) <> COALESCE(made.given, 0)
              OR (template.most_per_member > 0 AND held.count > template.most_per_member)""",
    ),
    Invariant(
        "I10",
        "a used coupon is in an order of its own member that was not cancelled and names it",
        """SELECT coupon.id FROM coupons_coupon coupon WHERE coupon.state = 'USED' AND NOT EXISTS (
               SELECT 1 FROM orders_order o JOIN orders_orderpromotion taken ON taken.order_id = o.id
               WHERE o.number = coupon."order" AND o.member_id = coupon.member_id AND o.state <> 'CANCELLED'
                 AND NOT o.is_sandbox AND taken.tool = 'coupon' AND taken.ref = coupon.key)""",
    ),
    Invariant(
        "I10",
        "an order that was not given up as a whole holds the coupons that it names, its own member's",
        """SELECT taken.id FROM orders_orderpromotion taken JOIN orders_order o ON o.id = taken.order_id
           LEFT JOIN coupons_coupon coupon ON coupon.key = taken.ref
           WHERE taken.tool = 'coupon' AND (
               coupon.id IS NULL OR coupon.member_id IS DISTINCT FROM o.member_id
               OR (coupon."order" <> o.number AND o.state <> 'CANCELLED' AND EXISTS (
                   SELECT 1 FROM orders_orderline line
                   WHERE line.order_id = o.id AND NOT line.is_gift AND line.refunded_quantity < line.quantity)))""",
    ),
    Invariant(
        "I10",
        "a code that was used has given one coupon, of its own template",
        """SELECT coupon.id FROM coupons_coupon coupon
           LEFT JOIN coupons_couponcode code ON code.coupon_id = coupon.id AND code.template_id = coupon.template_id
           WHERE (coupon.source = 'CODE') <> (code.id IS NOT NULL)""",
    ),
    Invariant(
        "I10",
        "a coupon that an order gave of which nothing is left is of no use",
        """SELECT coupon.id FROM promotions_perk perk JOIN coupons_coupon coupon
           ON coupon.business_key LIKE concat('reward:perk:', perk."order", ':%') AND coupon.member_id = perk.member_id
           WHERE perk.kind = 'coupon' AND coupon.state = 'UNUSED' AND coupon.ends_at > statement_timestamp()
             AND NOT EXISTS (
               SELECT FROM orders_orderline line JOIN orders_order o ON o.id = line.order_id
               WHERE o.number = perk."order" AND NOT line.is_gift AND line.refunded_quantity < line.quantity)""",
    ),
]
