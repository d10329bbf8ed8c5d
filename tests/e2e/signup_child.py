"""A sign-up in a process of its own that dies without warning where it is told to.

`python -m tests.e2e.signup_child <point> <email> <slug>`; the point `-` is nowhere. Prints the ticket at the end.
`python -m tests.e2e.signup_child shops <count>` opens shops without any form.
"""

import os
import signal
import sys
from importlib import import_module

PASSWORD = "Lychee-2026-ok"
# name -> (module, attribute path, before or after the call)
POINTS = {
    "code-requested": ("tenants.signup.codes", "_renew", "after"),
    "code-sent": ("tenants.signup.senders", "OutboxSender.send", "after"),
    "code-checked": ("tenants.signup.services", "check_code", "after"),
    "password-hashed": ("tenants.signup.services", "make_password", "after"),
    "code-used": ("tenants.signup.services", "use_code", "after"),
    "schema-claimed": ("tenants.provisioning", "claim", "after"),
    "tenant-written": ("tenants.models", "Tenant.save", "after"),
    "owner-written": ("shop.core.staff", "open_shop", "after"),
    "event-published": ("tenants.outbox", "publish", "after"),
    "before-commit": ("tenants.registry", "changed", "after"),
    "committed": ("tenants.signup.services", "_ask_for_spares", "before"),
    "before-ticket": ("saas.entering", "issue_ticket", "before"),
    "after-ticket": ("saas.entering", "issue_ticket", "after"),
}


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def arm(point):
    """Let the process die before or after the function named by `point`."""
    module, path, when = POINTS[point]
    *owners, name = path.split(".")
    holder = import_module(module)
    for owner in owners:
        holder = getattr(holder, owner)
    real = getattr(holder, name)

    def deadly(*args, **kwargs):
        if when == "before":
            die()
        result = real(*args, **kwargs)
        die()
        return result

    setattr(holder, name, deadly)


def run(email, slug):
    from saas.entering import owner_ticket
    from tenants.context import using_shop
    from tenants.models import SentCode, SignupCode
    from tenants.signup.codes import request_code
    from tenants.signup.contacts import parse_contact
    from tenants.signup.services import SignUp, sign_up

    contact = parse_contact(email)
    if not SignupCode.objects.filter(contact=email).exists():
        request_code(contact, f"address of {slug}")
    code = SentCode.objects.filter(contact=email).latest("pk").code
    shop = sign_up(SignUp(name=slug, slug=slug, contact=contact, code=code, password=PASSWORD))
    with using_shop(shop):
        print(owner_ticket())


def open_many(count):
    from tenants.services import Owner, open_shop

    for number in range(count):
        open_shop(f"many-{number}", f"many-{number}", Owner(f"many-{number}@example.com", "!"))


if __name__ == "__main__":
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "saas.settings"
    django.setup()
    if sys.argv[1] == "shops":
        open_many(int(sys.argv[2]))
        sys.exit()
    if sys.argv[1] != "-":
        arm(sys.argv[1])
    run(*sys.argv[2:])
