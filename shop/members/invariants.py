"""What must always hold of members."""

from shop.core.auditing import Invariant

INVARIANTS = [
    Invariant(
        "I16",
        "a verified phone logs in exactly the member who shows it",
        """SELECT m.id FROM members_member m
           LEFT JOIN members_identity i ON i.member_id = m.id AND i.kind = 'PHONE'
           WHERE m.phone_digest <> COALESCE(i.subject, '')""",
    ),
    Invariant(
        "I16",
        "who has addresses has one default",
        "SELECT member_id FROM members_address GROUP BY member_id HAVING count(*) FILTER (WHERE is_default) <> 1",
    ),
    Invariant(
        "I18",
        "a code for logging in is forgotten two days after it expired",
        "SELECT id FROM members_phonecode WHERE expires_at < now() - interval '2 days'",
    ),
    Invariant(
        "I18",
        "nothing personal is left of an erased member",
        """SELECT m.id FROM members_member m WHERE m.erased_at IS NOT NULL AND (
               m.nickname || m.avatar || m.phone_sealed || m.phone_digest || m.phone_last4 <> ''
               OR EXISTS (SELECT 1 FROM members_identity i WHERE i.member_id = m.id)
               OR EXISTS (SELECT 1 FROM members_membertoken t WHERE t.member_id = m.id)
               OR EXISTS (SELECT 1 FROM members_address a WHERE a.member_id = m.id))""",
    ),
    Invariant(
        "I35",
        "a sandbox member through which nobody looks is gone after a day",  # and one, for work that is late
        """SELECT m.id FROM members_member m WHERE m.is_sandbox AND m.created_at < now() - interval '2 days'
           AND NOT EXISTS (SELECT 1 FROM members_membertoken t WHERE t.member_id = m.id AND t.expires_at > now())""",
    ),
]
