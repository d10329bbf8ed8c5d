"""What tests of the preview share: a staff member's session, its ticket, the shopper behind it."""

from shop.members.services import preview_ticket
from tests.shop.admin_browser import browser_of
from tests.shop.members import body

LOGIN = "/api/v1/auth/preview-login"


def ticket_of(shop, user):
    """The ticket of a fresh session of the user, and the browser that holds it."""
    browser = browser_of(shop, user)
    return preview_ticket(user, browser.session.session_key), browser


def enter(api, shop, user):
    """The token of the user's sandbox member."""
    answer = api.post(LOGIN, json={"code": ticket_of(shop, user)[0]})
    assert answer.status_code == 200, answer.content
    return body(answer)["token"]
