"""Django's test client behind the real router."""

import json

from django.http import HttpResponse
from django.test.client import Client, ClientHandler
from django.urls import set_script_prefix

from tenants.context import current_request_id, using_shop
from tenants.routing import Refusal, refusal_body, safely_enter


class RoutedHandler(ClientHandler):
    """Finds the shop as the router does, then lets Django answer inside it."""

    def __call__(self, environ):
        environ["weipu.request_id"] = "test"
        token = current_request_id.set("test")
        try:
            with using_shop(None):
                entry = safely_enter(environ)
            if isinstance(entry, Refusal):
                content, content_type = refusal_body(entry, environ)
                response = HttpResponse(content, status=entry.status, content_type=content_type)
                response.wsgi_request = self._request(environ)
                return response
            environ["weipu.entry"] = entry
            set_script_prefix(environ.get("SCRIPT_NAME", ""))  # the WSGI handler does, the test client's does not
            with using_shop(entry.shop):
                return super().__call__(environ)
        finally:
            current_request_id.reset(token)

    def _request(self, environ):
        from django.core.handlers.wsgi import WSGIRequest

        return WSGIRequest(environ)


class Api(Client):
    """`api.post(path, json={...}, token=..., key=...)` on one host; keeps the router's rules."""

    def __init__(self, host, **defaults):
        super().__init__(raise_request_exception=True, **defaults)
        self.handler = RoutedHandler(enforce_csrf_checks=False)
        self.host = host

    def call(self, method, path, json_body=None, token=None, key=None, **extra):
        extra.setdefault("HTTP_HOST", self.host)
        if token:
            extra["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        if key:
            extra["HTTP_IDEMPOTENCY_KEY"] = key
        if json_body is None:
            return self.generic(method, path, **extra)
        return self.generic(method, path, json.dumps(json_body), "application/json", **extra)

    def get(self, path, **kwargs):
        return self.call("GET", path, **kwargs)

    def post(self, path, json=None, **kwargs):
        return self.call("POST", path, json, **kwargs)

    def patch(self, path, json=None, **kwargs):
        return self.call("PATCH", path, json, **kwargs)

    def put(self, path, json=None, **kwargs):
        return self.call("PUT", path, json, **kwargs)

    def delete(self, path, json=None, **kwargs):
        return self.call("DELETE", path, json, **kwargs)
