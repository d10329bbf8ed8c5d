"""What the OpenAPI schema says of members' tokens."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema


class TokenScheme(OpenApiAuthenticationExtension):
    """An opaque bearer token."""

    target_class = "shop.members.authentication.TokenAuthentication"
    name = "member"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """Return OpenAPI's words for it."""
        return {"type": "http", "scheme": "bearer", "description": "POST auth/wechat-login or auth/phone-login"}
