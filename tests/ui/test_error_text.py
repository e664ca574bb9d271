from __future__ import annotations

import string

import pytest
from PySide6.QtWidgets import QApplication
from recorded import Speak

from assistant.errors import MESSAGES
from ui.error_text import ErrorText

FACTS = {
    name: f"<{name}>"
    for texts in MESSAGES.values()
    for text in texts
    for _, name, _, _ in string.Formatter().parse(text)
    if name
}


def test_every_code_has_its_own_sentence(qapp: QApplication) -> None:
    assert set(MESSAGES) <= ErrorText().codes()


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_both_languages_say_what_happened_and_what_to_do(code: str, speak: Speak) -> None:
    speak("en")
    english = ErrorText().sentence(code, FACTS)
    speak("zh_CN")
    chinese = ErrorText().sentence(code, FACTS)
    for text in (*english, *chinese):
        assert text
        assert "{" not in text
        assert "?" not in text.replace("？", "")
    assert english[0] != chinese[0]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese[0])


def test_facts_of_the_engine_are_used(speak: Speak) -> None:
    speak("en")
    for code, (sentence, _) in MESSAGES.items():
        wanted = {f"<{name}>" for _, name, _, _ in string.Formatter().parse(sentence) if name}
        said = " ".join(ErrorText().sentence(code, FACTS))
        assert all(fact in said for fact in wanted), code


def test_unknown_code_reads_as_a_fault_of_ours(speak: Speak) -> None:
    speak("en")
    assert ErrorText().sentence("moon_full", {})[0] == "Docent made a mistake: moon_full."


def test_missing_and_hostile_facts_do_no_harm(speak: Speak) -> None:
    speak("en")
    texts = ErrorText()
    assert "?" in texts.sentence("llm_server", {})[0]
    said = texts.sentence("llm_server", {"detail": "{0.__class__}\n\u202e\udcff" + "x" * 10_000})[0]
    assert "{0.__class__}" in said
    assert "\u202e" not in said
    assert "\n" not in said
    assert len(said) < 400
    said.encode("utf-8")
