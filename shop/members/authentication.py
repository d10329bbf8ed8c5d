"""Bearer tokens of shoppers."""

import hashlib
from typing import Any

from django.db.models import CharField, F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from shop.core.errors import ShopError
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


# A sandbox member is nobody once its staff member is switched off; shoppers have none, and the join finds nothing.
_WELCOME = Q(member__staff=None) | Q(member__staff__is_active=True, member__staff__is_staff=True)
_TOKENS = PreparedObjects[MemberToken](
    lambda: (
        MemberToken.objects.select_related("member")
        .annotate(identity_kind=F("identity__kind"))
        .filter(_WELCOME, token_hash=Parameter("hash", CharField()), expires_at__gt=Now(), member__erased_at=None)
    )
)


class SandboxStaysInside(BasePermission):
    """Lets a sandbox member read, and write only where the view says `open_to_sandbox`; 403 `sandbox_only`."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return True, or refuse by ShopError."""
        is_open = request.method in SAFE_METHODS or getattr(view, "open_to_sandbox", False)
        if not is_open and isinstance(request.user, Member) and request.user.is_sandbox:
            raise ShopError("sandbox_only", _("预览里不能使用这个功能"), status=403)
        return True


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
