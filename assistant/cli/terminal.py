"""Where commands print: results to stdout, everything about them to stderr."""

from __future__ import annotations

import io
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

from assistant.cli.safe_text import display_width, is_safe, pad, printable, rows_used, shorten
from assistant.errors import DocentError, OutsideError

_BOLD, _DIM, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"


class Terminal:
    """Standard output and error of a command. Styles appear on a terminal only, and never with `NO_COLOR`.

    Every method that takes text escapes what could steer the terminal, unless it says otherwise.
    """

    def __init__(self, out: TextIO, err: TextIO, environ: Mapping[str, str]) -> None:
        self.out = out
        self.err = err
        self.interactive = out.isatty()
        self._styled = self.interactive and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
        self._unicode = "utf" in (out.encoding or "ascii").lower()
        for stream in (out, err):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")

    @property
    def width(self) -> int:
        """Columns of the terminal."""
        return shutil.get_terminal_size().columns

    def bold(self, text: str) -> str:
        """`text` escaped and, where styles are on, in bold."""
        return self._style(_BOLD, printable(text))

    def dim(self, text: str) -> str:
        """`text` escaped and, where styles are on, fainter."""
        return self._style(_DIM, printable(text))

    def _style(self, style: str, text: str) -> str:
        return f"{style}{text}{_PLAIN}" if self._styled and text else text

    def text(self, text: str = "") -> None:
        """One line (or several) on stdout."""
        self.styled(printable(text, keep_newlines=True))

    def styled(self, text: str) -> None:
        """A line made of escaped pieces on stdout, printed as it is."""
        self.write(text + "\n")

    def write(self, text: str) -> None:
        """Print escaped text as it is, without an end of line, at once.

        Raises `BrokenPipeError` when the reader has gone, `OutsideError` ("output_failed") for a full disk and the like.
        """
        try:
            self.out.write(text)
            self.out.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutsideError("output_failed", why=error.strerror or str(error)) from error

    def json(self, value: Any) -> None:
        """One JSON document on a line of its own.

        Text stays readable; a document with lone surrogates (undecodable file names) or control characters
        is written in ASCII escapes, which any JSON reader turns back into the same text.
        """
        line = json.dumps(value, ensure_ascii=False)
        if not self._unicode or not is_safe(line):
            line = json.dumps(value, ensure_ascii=True)
        self.write(line + "\n")

    def note(self, text: str) -> None:
        """A line on stderr: what is going on, never a result."""
        print(printable(text, keep_newlines=True), file=self.err, flush=True)

    def problem(self, error: DocentError, *, as_json: bool) -> None:
        """A failure: a sentence and the next step on stderr, and with `as_json` an object on stdout."""
        described = error.to_json()
        self.note(f"docent: {described['message']}\n{described['hint']}".rstrip())
        if as_json:
            self.json({"error": described})

    def table(self, rows: Sequence[Sequence[str]], indent: str = "") -> None:
        """Rows with aligned columns; the last column is cut to the width of a terminal."""
        cells = [[printable(cell) for cell in row] for row in rows]
        columns = max(map(len, cells), default=0)
        widths = [max(display_width(row[at]) for row in cells if at < len(row)) for at in range(columns)]
        for row in cells:
            padded = [pad(cell, width) for cell, width in zip(row, widths, strict=False)]
            line = indent + "  ".join(padded).rstrip()
            self.styled(shorten(line, self.width) if self.interactive else line)


class StreamedText:
    """Text that appears as a model writes it and is replaced by the checked text when it is done.

    Off a terminal nothing appears until the checked text is there.
    """

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._shown = ""

    def add(self, text: str) -> None:
        """The next piece, as it came."""
        if self._terminal.interactive:
            text = printable(text, keep_newlines=True)
            self._shown += text
            self._terminal.write(text)

    def finish(self, checked: str) -> None:
        """Put `checked` in the place of what was shown, and end the line."""
        checked = printable(checked, keep_newlines=True)
        if checked.startswith(self._shown):
            self._terminal.styled(checked[len(self._shown) :])
        else:
            self._terminal.styled(self._erase() + checked)

    def stop(self) -> None:
        """End the line where the text broke off."""
        if self._shown:
            self._terminal.styled("")

    def _erase(self) -> str:
        size = shutil.get_terminal_size()
        rows = rows_used(self._shown, size.columns)
        if rows >= size.lines:
            return "\n\n"
        return (f"\x1b[{rows - 1}A" if rows > 1 else "") + "\r\x1b[J"


def short_path(path: str, home: str = os.path.expanduser("~")) -> str:
    """`path` with the user's home folder as "~"."""
    if home != os.sep and path.startswith(home + os.sep):
        return "~" + path[len(home) :]
    return path
