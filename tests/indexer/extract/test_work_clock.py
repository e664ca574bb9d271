import subprocess
import sys
import time

import psutil
import pytest

from indexer.extract.work_clock import WorkClock, worked

BUSY = "import sys\nprint('on', flush=True)\nwhile True: pass"
ASLEEP = "import sys, time\nprint('on', flush=True)\ntime.sleep(600)"


@pytest.mark.parametrize(("program", "least", "most"), [(BUSY, 0.9, 1.1), (ASLEEP, 0.3, 0.4)])
def test_computing_counts_whole_and_waiting_a_third(program: str, least: float, most: float) -> None:
    """Compared with the processor time that it really got: on a busy machine that may be little."""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        clock, seen = WorkClock(process.pid), psutil.Process(process.pid)

        def computed() -> float:
            return seen.cpu_times().user + seen.cpu_times().system

        began, work, processor = time.monotonic(), clock(), computed()
        while computed() - processor < 0.5 and time.monotonic() - began < 1.5:
            time.sleep(0.01)
        passed, work, processor = time.monotonic() - began, clock() - work, computed() - processor
        process.kill()
    assert work == pytest.approx((2 * processor + passed) / 3, abs=0.1)
    starved = max(0.0, passed - processor)
    assert least * passed - starved <= work <= most * max(passed, processor)


def test_the_time_of_a_dead_process_goes_on() -> None:
    with subprocess.Popen([sys.executable, "-c", "pass"]) as process:
        clock = WorkClock(process.pid)
        process.wait()
    first = clock()
    while clock() <= first:
        time.sleep(0.01)


def test_this_process_works_while_it_computes() -> None:
    before, processor = worked(), time.process_time()
    while time.process_time() - processor < 0.2:
        pass
    assert worked() - before >= 0.2 * 2 / 3
