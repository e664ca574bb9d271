from indexer.estimate import Estimate


def work(estimate: Estimate, seconds: int, **rates: int) -> None:
    reads, embeds = "units" in rates, "embedded" in rates
    for _ in range(seconds):
        estimate.note(1.0, **{"units": 0, "found": 0, "embedded": 0} | rates, reads=reads, embeds=embeds)


def test_unknown_until_something_was_done() -> None:
    estimate = Estimate()
    assert estimate.seconds_left(1000, 0, embeds=False, passed=1) is None
    assert estimate.seconds_left(0, 0, embeds=False, passed=1) == 0


def test_reading_by_what_the_files_cost() -> None:
    estimate = Estimate()
    work(estimate, 20, units=100)
    left = estimate.seconds_left(6000, 0, embeds=False, passed=1)
    assert left is not None
    assert abs(left - 60) < 1e-6


def test_chunks_that_unread_files_will_give_count() -> None:
    estimate = Estimate()
    work(estimate, 20, units=100, found=10, embedded=5)
    left = estimate.seconds_left(1000, 50, embeds=True, passed=1)
    assert left is not None
    assert abs(left - (50 + 100) / 5) < 1e-6


def test_waiting_is_no_slowness() -> None:
    estimate = Estimate()
    work(estimate, 20, embedded=5)
    work(estimate, 500)
    left = estimate.seconds_left(0, 500, embeds=True, passed=1)
    assert left is not None
    assert abs(left - 100) < 1e-6


def test_a_short_stall_moves_it_little_and_a_new_speed_is_believed() -> None:
    estimate = Estimate()
    work(estimate, 60, units=100)
    before = estimate.seconds_left(10_000, 0, embeds=False, passed=1)
    work(estimate, 2, units=0)
    after = estimate.seconds_left(10_000, 0, embeds=False, passed=2)
    assert before is not None
    assert after is not None
    assert abs(after - before) < 0.1 * before
    work(estimate, 200, units=50)
    slow = estimate.seconds_left(10_000, 0, embeds=False, passed=200)
    assert slow is not None
    assert abs(slow - 200) < 10
