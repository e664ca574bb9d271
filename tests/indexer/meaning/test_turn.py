"""Background work gives way to questions, rests when it should be gentle, and is held while it is paused."""

import threading

import pytest

from indexer.meaning.turn import Turn


def stepping(turn: Turn) -> tuple[threading.Thread, threading.Event]:
    done = threading.Event()

    def step() -> None:
        turn.give_way()
        done.set()

    thread = threading.Thread(target=step)
    thread.start()
    return thread, done


@pytest.mark.parametrize("end", ["full", "gentle"])
def test_a_pause_holds_the_next_step_until_it_ends(end: str) -> None:
    turn = Turn()
    turn.set_rate("paused")
    thread, done = stepping(turn)
    assert not done.wait(0.3)
    turn.set_rate(end)
    assert done.wait(10)
    thread.join()


def test_whoever_ends_does_not_rest() -> None:
    turn = Turn()
    turn.set_rate("paused")
    thread, done = stepping(turn)
    turn.end()
    assert done.wait(10)
    thread.join()


def test_gentle_steps_still_come() -> None:
    turn = Turn()
    turn.set_rate("gentle")
    for _ in range(3):
        turn.give_way()


def test_a_question_goes_first_whatever_the_rate() -> None:
    turn = Turn()
    turn.set_rate("gentle")
    with turn.question():
        thread, done = stepping(turn)
        assert not done.wait(0.2)
    assert done.wait(10)
    thread.join()
