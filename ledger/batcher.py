"""Group commit: callers that come at the same time share one transaction.

A commit costs the same for one entry as for five hundred, so whatever waits while one batch is
written becomes the next batch. There is no timer: a caller alone is served at once.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class Batcher(Generic[Item, Answer]):
    """Gathers concurrent submissions and hands them to one function, batch by batch.

    The thread that writes is started at the first submission, and again in a forked child: a
    thread doesn't survive a fork.

    Args:
        write: takes the items of a batch, returns one answer for each, in order; all or none.
        limit: the most items in a batch; one submission alone may be larger.
    """

    def __init__(
        self, write: Callable[[Sequence[Item]], Sequence[Answer]], *, limit: int = 500
    ) -> None:
        self._write = write
        self._limit = limit
        self._starting = threading.Lock()
        self._process = 0
        self._queue: SimpleQueue[_Submission[Item, Answer]] = SimpleQueue()

    def submit(self, items: Sequence[Item]) -> Sequence[Answer]:
        """Hand in items and wait for their answers.

        Items of one submission stay together and in order. What `write` raises is raised here; a
        submission that makes a shared batch fail does not take its neighbours with it.
        """
        if self._process != os.getpid():
            self._start()
        submission: _Submission[Item, Answer] = _Submission(items)
        self._queue.put(submission)
        return submission.future.result()

    def _start(self) -> None:
        with self._starting:
            if self._process == os.getpid():
                return
            self._queue = SimpleQueue()
            threading.Thread(target=self._work, name="batcher", daemon=True).start()
            self._process = os.getpid()

    def _work(self) -> None:
        queue = self._queue
        waiting: _Submission[Item, Answer] | None = None
        while True:
            batch = [waiting or queue.get()]
            waiting = self._gather(queue, batch)
            self._serve(batch)

    def _gather(
        self,
        queue: SimpleQueue[_Submission[Item, Answer]],
        batch: list[_Submission[Item, Answer]],
    ) -> _Submission[Item, Answer] | None:
        """Fill the batch with whatever waits; return the submission that no longer fitted."""
        count = len(batch[0].items)
        while count < self._limit:
            try:
                submission = queue.get_nowait()
            except Empty:
                return None
            count += len(submission.items)
            if count > self._limit:
                return submission
            batch.append(submission)
        return None

    def _serve(self, batch: list[_Submission[Item, Answer]]) -> None:
        try:
            answers = self._write([item for submission in batch for item in submission.items])
        except Exception as error:  # noqa: BLE001 -- handed to the callers, who wait for it
            if len(batch) == 1:
                batch[0].future.set_exception(error)
                return
            for submission in batch:
                self._serve([submission])
            return
        start = 0
        for submission in batch:
            stop = start + len(submission.items)
            submission.future.set_result(answers[start:stop])
            start = stop


class _Submission(Generic[Item, Answer]):
    """What one caller handed in, and where its answers will be."""

    __slots__ = ("future", "items")

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = items
        self.future: Future[Sequence[Answer]] = Future()
