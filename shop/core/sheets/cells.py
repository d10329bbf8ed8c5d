"""Text of a cell: what a spreadsheet program would run as a formula is defused, and read back as it was."""

import re

# Excel, WPS and LibreOffice take a cell that begins so for a formula when a CSV file is opened or a cell is edited.
_DANGEROUS = re.compile(r"'*[=+\-@\t\r]")
_DEFUSED = re.compile(r"'+[=+\-@\t\r]")


def defuse(text: str) -> str:
    """Return the text with an apostrophe before what would be a formula."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def restore(text: str) -> str:
    """Return the text that was given to `defuse`."""
    return text[1:] if _DEFUSED.match(text) else text
