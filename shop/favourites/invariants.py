"""What must always hold of favourites and footprints."""

from shop.core.auditing import Invariant

INVARIANTS = [
    Invariant(
        "I32",
        "a member keeps at most 500 favourites and 100 footprints",
        """SELECT member_id FROM favourites_favourite GROUP BY member_id HAVING count(*) > 500
           UNION ALL
           SELECT member_id FROM favourites_footprint GROUP BY member_id HAVING count(*) > 100""",
    ),
    Invariant(
        "I18",
        "nothing that an erased member kept or looked at is left",
        """SELECT member.id FROM members_member member WHERE member.erased_at < now() - interval '1 hour' AND (
               EXISTS (SELECT 1 FROM favourites_favourite kept WHERE kept.member_id = member.id)
               OR EXISTS (SELECT 1 FROM favourites_footprint seen WHERE seen.member_id = member.id))""",
    ),
    Invariant(
        "I32",
        "footprints are forgotten after ninety days",  # and two, for work that is late
        """SELECT id FROM favourites_footprint WHERE day < (now() AT TIME ZONE 'Asia/Shanghai')::date - 92""",
    ),
]
