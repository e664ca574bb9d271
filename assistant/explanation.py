"""Why a file is found, or not: one sentence and one next step for each code, as `errors.MESSAGES` has them for failures.

The engine sends code and facts along, so that the window can say it in the reader's language.
"""

from __future__ import annotations

from typing import Any

_NOTHING = "Nothing needs to be done."
_READ_AGAIN = "It is read again when it changes."

EXPLANATIONS: dict[str, tuple[str, str]] = {
    "missing": ("There is nothing at this path.", "Check the name, or connect the disk it is on."),
    "gone": (
        "It is not there any more, or its disk is not connected.",
        "It is forgotten when Docent next looks at its folder and the disk is there.",
    ),
    "not_in_folder": ("It lies in none of the indexed folders.", "Add the folder that holds it: docent index {parent}"),
    "removed_folder": (
        "The folder {folder} was removed; what was read of it is kept until {until}.",
        "Bring it back with: docent folders undo",
    ),
    "link": (
        "It is a link, and links are not followed; it leads to {target}.",
        "Ask about the file itself: docent explain {target}",
    ),
    "special": (
        "It is a device, a pipe or a socket, not a file with content.",
        _NOTHING,
    ),
    "not_seen": (
        "It belongs into the index, and Docent has not looked at it yet.",
        "Wait a moment, or have all folders looked at now: docent index",
    ),
    "folder": ("It is a folder that is indexed.", "The table shows what came of its files."),
    "rule_own": ("It is one of Docent's own folders.", _NOTHING),
    "rule_pseudo": ("The system makes it up; there are no files of yours in it.", _NOTHING),
    "rule_secret": (
        "{left_out} is a place or file for keys, passwords or credentials; Docent never reads those.",
        "Keep documents that you want to find in another folder.",
    ),
    "secret_by_name": (
        "Its name says that it holds keys, passwords or credentials; it is found by its name and never read.",
        "If it holds nothing secret, give it another name.",
    ),
    "rule_pattern": (
        "A pattern leaves {left_out} out: {by}.",
        "Change the pattern, or add a later line that begins with “!”.",
    ),
    "rule_marked": (
        "The folder {left_out} is marked as not to be indexed, by {by}.",
        "Remove the mark, and Docent takes it in at its next look.",
    ),
    "rule_hidden": (
        "{left_out} is hidden, and hidden files and folders are left out.",
        "Switch on the setting index.hidden, or write “!{name}” into a .docentignore beside it.",
    ),
    "rule_versions": ("{left_out} belongs to a version control system.", _NOTHING),
    "rule_packages": (
        "{left_out} holds installed programs or libraries, not documents of yours.",
        "If it does hold some, write “!{name}/” into a .docentignore beside it.",
    ),
    "rule_build": (
        "{left_out} holds what the source project beside it builds.",
        "If you want it all the same, write “!{name}/” into a .docentignore beside it.",
    ),
    "rule_cache": (
        "{left_out} holds what a program keeps for itself and can make again.",
        "If you want it all the same, write “!{name}/” into a .docentignore beside it, or remove its mark.",
    ),
    "rule_temporary": ("It is a temporary file: a lock, or something that is not finished.", _NOTHING),
    "rule_system": ("The operating system or a file server keeps it for itself.", _NOTHING),
    "state_indexed": ("It is found by its name, its text and its meaning.", _NOTHING),
    "state_text_only": (
        "It is found by its name and its text; its meaning follows.",
        "See how far it is with: docent status",
    ),
    "state_pending": ("It is found by its name; it waits to be read.", "See how far it is with: docent status"),
    "state_name_only": ("It is found by its name only.", _NOTHING),
    "state_no_text": ("It was read and holds no text; it is found by its name.", _NOTHING),
    "state_failed": ("It could not be read; it is found by its name.", _READ_AGAIN),
    "state_skipped": ("It is found by its name and never read.", _NOTHING),
    "reason_unsupported": ("Docent does not read this kind of file; it is found by its name.", _NOTHING),
    "reason_too_large": (
        "It is larger than Docent reads; it is found by its name, and by the beginning of its text if there is any.",
        "Raise the setting index.max_file_mb, for text and data index.max_text_mb, if you want it read.",
    ),
    "reason_empty": ("It is empty; it is found by its name.", _NOTHING),
    "reason_encrypted": (
        "A password protects it; it is found by its name.",
        "Keep a copy without password if you want its text found.",
    ),
    "reason_broken": (
        "It is damaged, or not what its name says; it is found by its name.",
        "Open it in its own program and save it again.",
    ),
    "reason_wrong_type": (
        "Its content is not what its name promises; it is found by its name.",
        "Give it the extension of what it really is.",
    ),
    "reason_unreadable": (
        "You have no permission to read it, or its disk has an error.",
        "Give yourself permission; Docent tries again at its next look.",
    ),
    "reason_vanished": ("It went while it was to be read.", _NOTHING),
    "reason_changed": ("It was changed while it was read.", "Docent reads it again in a moment."),
    "reason_timeout": ("Reading it took too long; what was read until then is found.", _READ_AGAIN),
    "reason_out_of_memory": ("Reading it takes more memory than is allowed; it is found by its name.", _READ_AGAIN),
    "reason_crashed": ("Its reader failed on it; it is found by its name.", _READ_AGAIN),
    "reason_not_embedded": (
        "It is found by its name and its text; for search by meaning it could not be prepared.",
        _READ_AGAIN,
    ),
    "reason_secret": (
        "It holds keys or credentials ({detail}); it is found by its name and its content is not kept.",
        "If a document merely quotes a key, the rest of it must be longer than a note to be indexed.",
    ),
    "reason_ocr_pending": (
        "Its text is in pictures, which are still to be read; it is found by its name.",
        "See how far it is with: docent status",
    ),
}


def explanation(code: str, facts: dict[str, Any]) -> dict[str, Any]:
    """`{"code", "message", "hint", "facts"}`; a missing fact shows as "?"."""
    message, hint = EXPLANATIONS[code]
    known = _Facts(facts)
    return {"code": code, "message": message.format_map(known), "hint": hint.format_map(known), "facts": facts}


class _Facts(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"
