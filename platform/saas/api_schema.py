"""The description of the shoppers' API, as it is served."""

from threading import Lock

from django.http import HttpResponse
from django.utils.encoding import force_bytes
from django.utils.translation import get_language
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request

MOST_KEPT = 16

# The library finds the classes that it extends on first use, and breaks when two threads do that at once.
_making = Lock()
_made: dict[tuple[str | None, str, str | None], bytes] = {}


class SchemaView(SpectacularAPIView):
    """GET api/schema. It is the same for every shop and shopper: made once for each language and format."""

    def _get_schema_response(self, request: Request) -> HttpResponse:
        renderer = self.perform_content_negotiation(request, force=True)[0]
        key = (get_language(), renderer.media_type, self._get_version_parameter(request))
        with _making:
            body = _made.get(key) or force_bytes(renderer.render(super()._get_schema_response(request).data))
            if len(_made) < MOST_KEPT:
                _made[key] = body
        name = f'inline; filename="{self._get_filename(request, request.version)}"'
        return HttpResponse(body, content_type=renderer.media_type, headers={"Content-Disposition": name})
