"""A CSV file that grows row by row and survives being interrupted."""

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

from face2music.errors import DataError, OutputError, printable


class Table:
    """Rows of a CSV file by their first column, taken up from the file where it exists.

    Inside a `with` block each added row is on disk at once; at its end the file is sorted, so that a run that was interrupted
    gives the same file as one that was not.

    Parameters
    ----------
    path
        The CSV file; its folder is made.
    columns
        Its header.

    Raises
    ------
    DataError
        If the file is there and has another header.
    OutputError
        If the file cannot be written.
    """

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.path, self.columns = path, tuple(columns)
        self.rows = self._read() if path.exists() else {}

    def __enter__(self) -> "Table":
        self._write(self.rows.values())
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._write(self.rows[name] for name in sorted(self.rows))

    def add(self, row: Mapping[str, float | str]) -> None:
        """Write a row that has a value for each column; numbers get six digits, nan is left blank, and texts become UTF-8."""
        cells = [_text(row[column]) for column in self.columns]
        self.rows[cells[0]] = cells
        with self.path.open("a", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerow(cells)

    def _read(self) -> dict[str, list[str]]:
        try:
            text = self.path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise DataError(f"{self.path} cannot be read to take up from; remove it or choose another file ({error}).") from error
        # What follows the last line break was cut off in the middle of writing.
        try:
            header, *rows = csv.reader(io.StringIO(text[: text.rfind("\n") + 1], newline="")) if "\n" in text else [[]]
        except csv.Error as error:
            raise DataError(f"{self.path} is no table to take up from ({error}); remove it or choose another file.") from error
        if tuple(header) != self.columns:
            raise DataError(f"{self.path} is a table with other columns; remove it or choose another file.")
        return {row[0]: row for row in rows if len(row) == len(self.columns)}

    def _write(self, rows: Iterable[Sequence[str]]) -> None:
        part = self.path.with_name(self.path.name + ".part")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            try:
                with part.open("w", newline="", encoding="utf-8") as file:
                    csv.writer(file, lineterminator="\n").writerows([self.columns, *rows])
                part.replace(self.path)
            finally:
                part.unlink(missing_ok=True)
        except OSError as error:
            raise OutputError(f"{self.path} cannot be written; choose another file ({error.strerror}).") from error


def _text(value: float | str) -> str:
    if isinstance(value, str):
        return printable(value)
    return "" if math.isnan(value) else f"{value:.6g}"
