"""Whether the active window fills the screen, asked of an X server through libxcb, which never ends the program as Xlib does."""

from __future__ import annotations

import contextlib
import ctypes
import ctypes.util
import os
import struct
from collections.abc import Iterator
from typing import Any

_ANY_TYPE = 0
_HEAD_BYTES = 32
"""Of a reply to GetProperty; the value follows (https://www.x.org/releases/X11R7.7/doc/xproto/x11protocol.html)."""
_VALUE_WORDS = 32


class _Cookie(ctypes.Structure):
    _fields_ = (("sequence", ctypes.c_uint),)


def full_screen_on_x11() -> bool:
    """True only when an X server says so: of another desktop nothing is known."""
    if not os.environ.get("DISPLAY"):
        return False
    library = ctypes.util.find_library("xcb") or "libxcb.so.1"
    try:
        xcb = _declared(ctypes.CDLL(library))
    except (OSError, AttributeError):
        return False
    with _connected(xcb) as asked:
        if asked is None:
            return False
        windows = asked.words(asked.root, "_NET_ACTIVE_WINDOW")
        return bool(windows) and asked.atom("_NET_WM_STATE_FULLSCREEN") in asked.words(windows[0], "_NET_WM_STATE")


def _declared(xcb: Any) -> Any:
    pointer, number = ctypes.c_void_p, ctypes.c_uint32
    xcb.xcb_connect.restype = pointer
    xcb.xcb_connect.argtypes = (ctypes.c_char_p, pointer)
    for name in ("xcb_disconnect", "xcb_connection_has_error"):
        getattr(xcb, name).argtypes = (pointer,)
    xcb.xcb_get_setup.restype = pointer
    xcb.xcb_get_setup.argtypes = (pointer,)
    xcb.xcb_intern_atom.restype = _Cookie
    xcb.xcb_intern_atom.argtypes = (pointer, ctypes.c_uint8, ctypes.c_uint16, ctypes.c_char_p)
    xcb.xcb_get_property.restype = _Cookie
    xcb.xcb_get_property.argtypes = (pointer, ctypes.c_uint8, number, number, number, number, number)
    for name in ("xcb_intern_atom_reply", "xcb_get_property_reply"):
        getattr(xcb, name).restype = pointer
        getattr(xcb, name).argtypes = (pointer, _Cookie, pointer)
    xcb.xcb_setup_roots_iterator.restype = _Screens
    xcb.xcb_setup_roots_iterator.argtypes = (pointer,)
    xcb.free = ctypes.CDLL(None).free
    xcb.free.argtypes = (pointer,)
    return xcb


class _Screens(ctypes.Structure):
    _fields_ = (("data", ctypes.c_void_p), ("rem", ctypes.c_int), ("index", ctypes.c_int))


@contextlib.contextmanager
def _connected(xcb: Any) -> Iterator[_Asked | None]:
    connection = xcb.xcb_connect(None, None)
    try:
        yield None if xcb.xcb_connection_has_error(connection) else _Asked(xcb, connection)
    finally:
        xcb.xcb_disconnect(connection)


class _Asked:
    """Answers of an X server."""

    def __init__(self, xcb: Any, connection: int) -> None:
        self._xcb = xcb
        self._connection = connection
        screens = xcb.xcb_setup_roots_iterator(xcb.xcb_get_setup(connection))
        self.root: int = ctypes.c_uint32.from_address(screens.data).value if screens.rem else 0

    def atom(self, name: str) -> int:
        """The number of a name; 0 when the server does not know it."""
        raw = name.encode("ascii")
        cookie = self._xcb.xcb_intern_atom(self._connection, 1, len(raw), raw)
        reply = self._take(self._xcb.xcb_intern_atom_reply(self._connection, cookie, None), 12)
        return int(struct.unpack_from("=I", reply, 8)[0]) if reply else 0

    def words(self, window: int, name: str) -> list[int]:
        """The numbers in a property of a window; none when there is no such thing."""
        atom = self.atom(name)
        if not window or not atom:
            return []
        cookie = self._xcb.xcb_get_property(self._connection, 0, window, atom, _ANY_TYPE, 0, _VALUE_WORDS)
        found = self._xcb.xcb_get_property_reply(self._connection, cookie, None)
        reply = self._take(found, _HEAD_BYTES + 4 * _VALUE_WORDS)
        if not reply or reply[1] != 32:  # the format: bits of one number
            return []
        count = min(_VALUE_WORDS, struct.unpack_from("=I", reply, 16)[0])
        return list(struct.unpack_from(f"={count}I", reply, _HEAD_BYTES))

    def _take(self, reply: int | None, most: int) -> bytes:
        """The bytes of a reply, which is freed; empty when there is none. Its length stands in words at its fourth byte."""
        if not reply:
            return b""
        length = _HEAD_BYTES + 4 * ctypes.c_uint32.from_address(reply + 4).value
        taken = ctypes.string_at(reply, min(length, most))
        self._xcb.free(reply)
        return taken.ljust(most, b"\0")
