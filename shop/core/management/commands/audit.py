"""manage.py audit"""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shop.core.auditing import all_invariants, violations
from tenants import registry
from tenants.context import using_shop
from tenants.invariants import platform_violations


class Command(BaseCommand):
    """Counts the rows that break an invariant; exit 1 when there is any."""

    help = "Count violations of every invariant, in one shop or in all."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare which shops."""
        parser.add_argument("slug", nargs="?")
        parser.add_argument("--all", action="store_true")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Count and print."""
        counts = {invariant.code: 0 for invariant in all_invariants()}
        offenders: dict[str, dict[str, int]] = {}
        for shop in self._shops(options):
            with using_shop(shop):
                found = violations()
            for code, count in found.items():
                counts[code] = counts.get(code, 0) + count
            if any(found.values()):
                offenders[shop.slug] = {code: count for code, count in found.items() if count}
        for code, count in platform_violations().items():
            counts[code] = counts.get(code, 0) + count
        self._say(dict(sorted(counts.items(), key=lambda pair: int(pair[0][1:]))), offenders, options["json"])

    def _shops(self, options: dict[str, Any]) -> list[Any]:
        if options["all"] == bool(options["slug"]):
            raise CommandError("name one shop, or --all")
        if options["all"]:
            return registry.all_shops()
        shop = registry.by_slug(options["slug"])
        if shop is None:
            raise CommandError("no such shop")
        return [shop]

    def _say(self, counts: dict[str, int], offenders: dict[str, dict[str, int]], as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(counts))
        else:
            for code, count in counts.items():
                self.stdout.write(f"{code:>4} {count}")
        if any(counts.values()):
            raise CommandError(f"violations: {offenders or counts}")
