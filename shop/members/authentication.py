"""Bearer tokens of shoppers."""

import hashlib

from django.db.models import CharField, F
from django.db.models.functions import Now
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.request import Request

from shop.core.prepared import Parameter, PreparedObjects
from shop.members.models import Identity, Member, MemberToken


def token_hash(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def member_of(request: Request) -> Member:
    """Return the member who asks; 401 without one."""
    if not isinstance(request.user, Member):
        raise NotAuthenticated
    return request.user


def token_of(request: Request) -> MemberToken:
    """Return the token a member asks with; 401 without one."""
    if not isinstance(request.auth, MemberToken):
        raise NotAuthenticated
    return request.auth


def is_from_browser(request: Request) -> bool:
    """Return whether who asks logged in outside the mini-program; 401 when nobody did."""
    return getattr(token_of(request), "identity_kind", None) in {Identity.Kind.PHONE, Identity.Kind.H5}


_TOKENS = PreparedObjects[MemberToken](
    lambda: (
        MemberToken.objects.select_related("member")
        .annotate(identity_kind=F("identity__kind"))
        .filter(token_hash=Parameter("hash", CharField()), expires_at__gt=Now(), member__erased_at=None)
    )
)


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer <token>`; 401 when the token is unknown to this shop, revoked or expired."""

    def authenticate(self, request: Request) -> tuple[Member, MemberToken] | None:
        """Return the member and the token; None without a header."""
        header = get_authorization_header(request).split()
        if not header:
            return None
        if header[0].lower() != b"bearer" or len(header) != 2:
            raise AuthenticationFailed
        found = _TOKENS.objects(hash=token_hash(header[1].decode("latin-1")))
        if not found:
            raise AuthenticationFailed
        return found[0].member, found[0]

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge, which makes a missing token a 401."""
        return "Bearer"
