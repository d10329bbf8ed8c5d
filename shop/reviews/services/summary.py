"""What a product's shown reviews come to, kept beside it so that lists need no counting."""

from collections.abc import Collection

from django.db import connection

from shop.core.reading import catalogue_changed
from shop.reviews.models import ReviewSummary

# Counted anew below the locks that the first statement took, so that two reviews at once are both in it.
_COUNT = """
UPDATE reviews_reviewsummary summary
SET shown = found.shown, pictured = found.pictured, stars = found.stars
FROM (
    SELECT product.id,
           count(review.id) AS shown,
           count(review.id) FILTER (WHERE EXISTS (
               SELECT 1 FROM reviews_reviewpicture picture WHERE picture.review_id = review.id AND NOT picture.is_added
           )) AS pictured,
           ARRAY[count(*) FILTER (WHERE review.score = 1), count(*) FILTER (WHERE review.score = 2),
                 count(*) FILTER (WHERE review.score = 3), count(*) FILTER (WHERE review.score = 4),
                 count(*) FILTER (WHERE review.score = 5)]::int[] AS stars
    FROM catalog_product product
    LEFT JOIN reviews_review review ON review.product_id = product.id AND review.state = 'SHOWN'
    WHERE product.id = ANY(%s) GROUP BY product.id
) found WHERE summary.product_id = found.id
"""


def refresh_summaries(products: Collection[int]) -> None:
    """Renew the summaries of these products (primary keys); call it in the transaction that changed their reviews."""
    wanted = sorted(set(products))
    if not wanted:
        return
    ReviewSummary.objects.bulk_create([ReviewSummary(product_id=pk) for pk in wanted], ignore_conflicts=True)
    rows = ReviewSummary.objects.filter(product__in=wanted).order_by("product_id")
    list(rows.select_for_update().values_list("pk"))
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [wanted])
    catalogue_changed()
