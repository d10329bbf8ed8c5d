"""manage.py create_operator"""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError

from tenants.context import CONSOLE, using_shop


class Command(BaseCommand):
    """Makes an account for the operators' console."""

    help = "Make an account for the operators' console."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare e-mail and password."""
        parser.add_argument("email")
        parser.add_argument("--password", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the account into the reserved schema."""
        user = get_user_model()(
            username=options["email"].strip(),
            password=make_password(options["password"]),
            is_owner=True,
            is_staff=True,
        )
        with using_shop(CONSOLE):
            try:
                validate_password(options["password"], user)
                user.save()
            except ValidationError as error:
                raise CommandError(" ".join(error.messages)) from error
            except IntegrityError as error:
                raise CommandError(f"{user.get_username()} exists already") from error
        self.stdout.write(f"{user.get_username()} may log in to the console")
