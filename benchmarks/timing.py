"""Times of calls, and the figures that are told of them."""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager


def percentile(times: Sequence[float], share: float) -> float:
    """The value that this share of `times` does not exceed; in the unit of `times`."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def took(call: Callable[[], object]) -> float:
    """Milliseconds that a call takes, by the clock on the wall."""
    before = time.perf_counter()
    call()
    return (time.perf_counter() - before) * 1000


def in_turn(
    calls: dict[str, list[Callable[[], object]]], rounds: int, seed: int = 7
) -> dict[str, list[float]]:
    """Times of several groups of calls, taken in turn, so that all meet the same disturbance.

    Args:
        calls: by the name of the group.
        rounds: how often each call is made, after once to warm up.
        seed: of the order within a round.
    """
    times: dict[str, list[float]] = {name: [] for name in calls}
    every = [(name, call) for name, group in calls.items() for call in group]
    for _, call in every:
        call()
    rng = random.Random(seed)
    with _no_collector():
        for _ in range(rounds):
            rng.shuffle(every)
            for name, call in every:
                times[name].append(took(call))
            gc.collect(0)
    return times


@contextmanager
def _no_collector() -> Iterator[None]:
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()
