"""How good the search is: python -m bench.search_quality.run [--each tuning]

Imports the judged catalogue (the folder in WEIPU_CATALOGUE) into a shop of a database of its own and prints nDCG@10
per class and half, ours beside a plain ILIKE. `--each` lists the queries of a half.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from tests.services import Services


def main() -> int:
    """Print the tables and return 1 without the catalogue."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--each", choices=("tuning", "frozen"))
    each = options.parse_args().each
    services = Services(Path(tempfile.mkdtemp(prefix="weipu-search-")))
    services.export(os.environ)
    os.environ["DJANGO_SETTINGS_MODULE"] = "saas.settings"
    import django

    django.setup()
    from bench.search_quality.judged import CATALOGUE, catalogue

    folder = catalogue()
    if folder is None:
        print(f"{CATALOGUE} does not name a folder with products.jsonl", file=sys.stderr)
        return 1
    services.start()
    try:
        _measure(folder, each)
    finally:
        services.stop()
    return 0


def _measure(folder: Path, each: str | None) -> None:
    from django.core.management import call_command

    from bench.search_quality.finding import by_ilike, by_search
    from bench.search_quality.judged import CLASSES, by_class, halves, ndcg
    from tenants import registry
    from tenants.context import using_shop
    from tenants.deploying import deploy
    from tenants.services import Owner, open_shop

    deploy()
    open_shop("judged", "judged", Owner("judged@example.com", "!"))
    call_command("import_catalogue", "judged", str(folder), stdout=sys.stderr)
    from shop.search.vocabulary import refresh

    with using_shop(registry.by_slug("judged")):
        while refresh():
            pass
        for name, half in halves().items():
            ours, ilike = by_class(half, by_search), by_class(half, by_ilike)
            print(f"{name} half, {len(half)} queries    nDCG@10   ILIKE")
            for kind in (*CLASSES, "all"):
                print(f"  {kind:24}  {ours[kind]:7.3f} {ilike[kind]:7.3f}")
        for judged in halves()[each] if each else ():
            found = by_search(judged.query)
            grades = [judged.grades.get(code, 0) for code in found]
            print(f"{ndcg(judged, found):.3f} {judged.kind:10} {judged.query} {grades} {found}")


if __name__ == "__main__":
    sys.exit(main())
