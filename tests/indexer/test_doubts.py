from dataclasses import dataclass

from indexer.doubts import Doubts


@dataclass(frozen=True)
class Chunk:
    chunk_id: int


def embed_all(chunks: list[Chunk], poison: set[int], size: int) -> tuple[list[int], int]:
    """Feed until nothing waits; the chunks given up, and how many batches failed."""
    doubts = Doubts()
    waiting, given_up, failures = list(chunks), [], 0
    while batch := doubts.batch(waiting, size):
        if poison & {chunk.chunk_id for chunk in batch}:
            failures += 1
            gone = doubts.failed(batch)
            given_up += [chunk.chunk_id for chunk in gone]
        else:
            gone = batch
            doubts.cleared(batch)
        waiting = [chunk for chunk in waiting if chunk not in gone]
    assert len(doubts) == 0
    return given_up, failures


def test_the_one_to_blame_is_found_and_no_other_is_given_up() -> None:
    chunks = [Chunk(number) for number in range(100)]
    assert embed_all(chunks, {17}, 32) == ([17], 4)
    given_up, _ = embed_all(chunks, {3, 17, 18, 99}, 32)
    assert sorted(given_up) == [3, 17, 18, 99]
    assert embed_all(chunks, set(), 32) == ([], 0)
    assert embed_all([Chunk(5)], {5}, 32) == ([5], 4)


def test_what_failed_comes_after_what_did_not() -> None:
    doubts = Doubts()
    chunks = [Chunk(number) for number in range(40)]
    first = doubts.batch(chunks, 32)
    assert doubts.failed(first) == []
    assert doubts.batch(chunks, 32) == chunks[32:]
    assert doubts.batch(chunks[:32], 32) == chunks[:4]
