"""What must always hold of reviews."""

from shop.core.auditing import Invariant

INVARIANTS = [
    Invariant(
        "I26",
        "a product's review summary is what its shown reviews come to",
        """SELECT product.id FROM catalog_product product
           LEFT JOIN reviews_reviewsummary summary ON summary.product_id = product.id
           LEFT JOIN reviews_review review ON review.product_id = product.id AND review.state = 'SHOWN'
           GROUP BY product.id, summary.shown, summary.stars
           HAVING count(review.id) <> COALESCE(summary.shown, 0)
               OR count(review.score) <> COALESCE((SELECT sum(one) FROM unnest(summary.stars) one), 0)
               OR COALESCE(sum(review.score), 0) <> COALESCE(
                   (SELECT sum(one * place) FROM unnest(summary.stars) WITH ORDINALITY star (one, place)), 0)""",
    ),
    Invariant(
        "I26",
        "a review of an order line is of the product that was bought, by who bought it",
        """SELECT review.id FROM reviews_review review
           LEFT JOIN orders_orderline line ON line.id = review.line
           LEFT JOIN orders_order placed ON placed.id = line.order_id
           LEFT JOIN catalog_sku sku ON sku.id = line.sku_id
           WHERE review.line IS NOT NULL
             AND (sku.product_id IS DISTINCT FROM review.product_id
                  OR placed.number IS DISTINCT FROM review.order_number
                  OR (review.member_id IS NOT NULL AND placed.member_id <> review.member_id))""",
    ),
    Invariant(
        "I18",
        "no review names an erased member",
        """SELECT review.id FROM reviews_review review JOIN members_member member ON member.id = review.member_id
           WHERE member.erased_at < now() - interval '1 hour'""",
    ),
]
