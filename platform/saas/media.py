"""Pictures from local storage; with S3-compatible storage their addresses point there and this view is not asked."""

import mimetypes
from pathlib import PurePosixPath

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest
from django.views import View

from tenants.context import require_shop


class PublicMedia(View):
    """A picture of the current shop; 404 for any other shop's."""

    def get(self, request: HttpRequest, name: str) -> FileResponse:
        """Return the file, to be kept for ever: names never change their content."""
        parts = PurePosixPath(name).parts
        if not parts or parts[0] != str(require_shop().uuid) or ".." in parts:
            raise Http404
        file = settings.MEDIA_ROOT / "public" / name
        if not file.is_file():
            raise Http404
        content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        response = FileResponse(file.open("rb"), content_type=content_type)
        response["Cache-Control"] = "public, max-age=31536000, immutable"
        response["X-Content-Type-Options"] = "nosniff"
        return response
