"""The decision, as a table; and what the pace makes of pauses and of somebody who waits."""

import time
from pathlib import Path

import pytest

from indexer.courtesy import Courtesy
from indexer.pace import Pace, Pause
from indexer.surroundings import Sensors, degrees_left
from indexer.throttle import Cause, Rate, Surroundings, decide

GB = 1 << 30
CALM = Surroundings(others_cpu=0.05, free_bytes=50 * GB)

CASES = [
    ("nothing is known", Surroundings(), {}, Rate.FULL, Cause.NONE),
    ("calm", CALM, {}, Rate.FULL, Cause.NONE),
    ("the user paused", CALM, {"paused": True}, Rate.PAUSED, Cause.USER),
    ("the user paused, whatever else", Surroundings(free_bytes=1), {"paused": True}, Rate.PAUSED, Cause.USER),
    ("the disk is full", Surroundings(free_bytes=100 << 20), {}, Rate.PAUSED, Cause.DISK),
    ("a model writes", CALM, {"answering": True}, Rate.PAUSED, Cause.ANSWERING),
    ("battery low", Surroundings(battery_percent=19.0), {}, Rate.PAUSED, Cause.LOW_BATTERY),
    ("on battery", Surroundings(battery_percent=80.0), {}, Rate.GENTLE, Cause.BATTERY),
    ("full screen", Surroundings(full_screen=True), {}, Rate.GENTLE, Cause.FULL_SCREEN),
    ("warm", Surroundings(degrees_left=20.0), {}, Rate.FULL, Cause.NONE),
    ("hot", Surroundings(degrees_left=4.0), {}, Rate.GENTLE, Cause.HOT),
    ("too hot", Surroundings(degrees_left=-1.0), {}, Rate.PAUSED, Cause.HOT),
    ("others are busy", Surroundings(others_cpu=0.7), {}, Rate.GENTLE, Cause.BUSY),
    ("half busy", Surroundings(others_cpu=0.5), {}, Rate.FULL, Cause.NONE),
    ("half busy, after busy", Surroundings(others_cpu=0.5), {"before": Cause.BUSY}, Rate.GENTLE, Cause.BUSY),
    ("calm, after busy", Surroundings(others_cpu=0.3), {"before": Cause.BUSY}, Rate.FULL, Cause.NONE),
    ("half busy, after battery", Surroundings(others_cpu=0.5), {"before": Cause.BATTERY}, Rate.FULL, Cause.NONE),
]


@pytest.mark.parametrize(("name", "around", "more", "rate", "cause"), CASES, ids=[case[0] for case in CASES])
def test_the_decision(name: str, around: Surroundings, more: dict, rate: Rate, cause: Cause) -> None:
    decision = decide(around, **more)
    assert (decision.rate, decision.cause) == (rate, cause)


def test_a_pause_ends_by_itself_or_when_the_user_says_so() -> None:
    pace = Pace(Courtesy(), Surroundings)
    pace.pause = Pause(until=time.time() + 3600)
    assert pace.decide().cause is Cause.USER
    assert not pace.waits
    assert pace.view() == ("paused", "user", pace.pause.until)
    pace.pause = Pause(until=time.time() - 1)
    assert pace.decide().rate is Rate.FULL
    pace.pause = Pause()
    assert pace.decide().rate is Rate.PAUSED
    assert pace.waits
    pace.pause = None
    assert pace.decide().rate is Rate.FULL


@pytest.mark.parametrize("pause", [Pause(), Pause(1_800_000_000.5)])
def test_a_pause_is_kept_as_text(pause: Pause) -> None:
    assert Pause.from_text(pause.to_text()) == pause


@pytest.mark.parametrize("text", [None, "", "null", "[]", '{"until": "x"}', "暂停"])
def test_what_is_no_pause(text: str | None) -> None:
    assert Pause.from_text(text) is None


def test_an_answer_holds_work_back_for_its_time() -> None:
    courtesy = Courtesy()
    pace = Pace(courtesy, Surroundings)
    with courtesy.question():
        assert pace.decide().cause is Cause.ANSWERING
    assert pace.decide().rate is Rate.FULL


def test_who_waits_is_not_slowed_by_others() -> None:
    pace = Pace(Courtesy(), lambda: Surroundings(others_cpu=1.0))
    assert pace.decide().cause is Cause.BUSY
    with pace.hurry():
        assert pace.decide().rate is Rate.FULL
    assert pace.decide().cause is Cause.BUSY


def test_the_sensors_tell_what_this_machine_knows(tmp_path: Path) -> None:
    seen = Sensors(tmp_path).look()
    assert seen.free_bytes is not None
    assert seen.free_bytes > 0
    assert degrees_left() is None or isinstance(degrees_left(), float)
    assert Sensors(tmp_path / "gone").look().free_bytes is None
