"""What an import found wrong, and where."""

from dataclasses import dataclass, field

MOST_LISTED = 1000
LONGEST_VALUE = 80


@dataclass(frozen=True, slots=True)
class Mistake:
    """One finding; line 0 concerns the whole file, an empty field the whole line."""

    file: str
    line: int
    field: str
    reason: str
    value: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(part for part in (place, self.field, self.reason) if part)


@dataclass(slots=True)
class Report:
    """Errors, which stop the import, and warnings, which do not. The first 1,000 of each are listed, all counted."""

    errors: list[Mistake] = field(default_factory=list)
    warnings: list[Mistake] = field(default_factory=list)
    error_count: int = 0
    warning_count: int = 0

    def error(self, file: str, line: int, name: str, reason: str, value: str = "") -> None:
        """Note an error."""
        self.error_count += 1
        if len(self.errors) < MOST_LISTED:
            self.errors.append(Mistake(file, line, name, reason, value[:LONGEST_VALUE]))

    def warning(self, file: str, line: int, name: str, reason: str) -> None:
        """Note a warning."""
        self.warning_count += 1
        if len(self.warnings) < MOST_LISTED:
            self.warnings.append(Mistake(file, line, name, reason))

    def in_order(self) -> list[Mistake]:
        """Return the listed errors file by file, line by line: they are found in several rounds."""
        files = {mistake.file: None for mistake in self.errors}
        places = {file: place for place, file in enumerate(files)}
        return sorted(self.errors, key=lambda mistake: (places[mistake.file], mistake.line))
