"""File storage in buckets of any service that speaks S3."""

from typing import Any

from botocore.config import Config
from django.conf import settings
from storages.backends.s3 import S3Storage

from tenants.storage import FOR_EVER, public_type


class _Bucket(S3Storage):
    """A bucket of any service that speaks S3."""

    bucket_setting: str

    def __init__(self, **options: Any) -> None:
        # Services other than Amazon's refuse the checksums that boto3 adds by itself.
        config = Config(
            signature_version="s3v4",
            s3={"addressing_style": settings.S3_ADDRESSING},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            connect_timeout=5,
            read_timeout=20,
            retries={"max_attempts": 3, "mode": "standard"},
        )
        own = {
            "bucket_name": getattr(settings, self.bucket_setting),
            "endpoint_url": settings.S3_ENDPOINT or None,
            "region_name": settings.S3_REGION or None,
            "access_key": settings.S3_ACCESS_KEY or None,
            "secret_key": settings.S3_SECRET_KEY or None,
            "client_config": config,
            # Names are random; asking whether one is taken would cost a request for each file.
            "file_overwrite": True,
            "default_acl": None,
        }
        super().__init__(**{**own, **options})


class PublicBucket(_Bucket):
    """Pictures anybody may see, kept by browsers and a CDN for ever."""

    bucket_setting = "S3_BUCKET"

    def __init__(self, **options: Any) -> None:
        super().__init__(querystring_auth=False, object_parameters={"CacheControl": FOR_EVER}, **options)

    def get_object_parameters(self, name: str) -> dict[str, Any]:
        """Return the headers of an object."""
        return {**super().get_object_parameters(name), "ContentType": public_type(name)}

    def save(self, name: str | None, content: Any, max_length: int | None = None) -> str:
        """Store a file and return its name; ValueError for kinds that are not for anybody."""
        public_type(name or "")
        return super().save(name, content, max_length)

    def url(self, name: str | None, *args: Any, **kwargs: Any) -> str:
        """Return the address below WEIPU_S3_PUBLIC_URL (a CDN), else the bucket's own."""
        if settings.S3_PUBLIC_URL and name:
            return f"{settings.S3_PUBLIC_URL.rstrip('/')}/{name}"
        return super().url(name, *args, **kwargs)


class PrivateBucket(_Bucket):
    """Exports and evidence; an address works for five minutes."""

    bucket_setting = "S3_PRIVATE_BUCKET"

    def __init__(self, **options: Any) -> None:
        super().__init__(querystring_auth=True, querystring_expire=300, **options)
