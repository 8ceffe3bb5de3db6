"""Looks for symbols on one page: a fast pass, then only where something is left to be read."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np

from scanning.pictures.agree import Verdict, same_text, settle
from scanning.pictures.bars import corners_of, region_of, second_opinion, strips
from scanning.pictures.engines import Pixels, Seen, by_zxing
from scanning.pictures.places import box_of, by_place, inside, middle_of, near
from scanning.pictures.regions import Region, find_regions, upright

_GROW = 20
_WEAK = 0.25
"""A place with less contrast than this share of a read one is print, not a symbol."""
Clock = Callable[[], float]


@dataclass(slots=True)
class Search:
    """What is known of one page so far; it never leaves `search`.

    Args:
        pixels: the page, grey.
        deadline: moment of `clock` at which no new step begins.
        clock: seconds, monotonic.
    """

    pixels: Pixels
    deadline: float
    clock: Clock = time.perf_counter
    verdicts: list[Verdict] = field(default_factory=list)

    def has_time(self) -> bool:
        """Whether another step may begin."""
        return self.clock() < self.deadline

    def covers(self, region: Region) -> bool:
        """Whether a symbol that was read lies in `region` or the other way round."""
        return any(_overlap(verdict.best, region) for verdict in self.verdicts)

    def take(self, found: list[Seen]) -> None:
        """Settles what a pass over pixels found: matrix symbols at once, bars by a witness."""
        for seen in found:
            if self._known(seen):
                continue
            if seen.linear:
                self._settle_bars(seen)
            else:
                self.verdicts.append(Verdict(seen, uncertain=False, readings=(seen,)))

    def _known(self, seen: Seen) -> bool:
        return any(
            same_text(reading) == same_text(seen) and near(verdict.best, seen)
            for verdict in self.verdicts
            for reading in verdict.readings
        )

    def _settle_bars(self, seen: Seen) -> None:
        """Looks for a witness of bars that were read in the whole page; neighbours don't count."""
        region = region_of(seen)
        readings = [seen, *self._of_place(second_opinion(self.pixels, region), seen)]
        verdict = settle(readings)
        if verdict is not None and verdict.uncertain and self.has_time():
            readings += self._of_place(strips(self.pixels, region), seen)
            verdict = settle(readings)
        if verdict is not None:
            self._note(verdict)

    @staticmethod
    def _of_place(readings: Iterable[Seen], seen: Seen) -> list[Seen]:
        return [reading for reading in readings if near(reading, seen)]

    def _search_bars(self, region: Region) -> None:
        """Reads bars that no pass over the whole page has read; there may be several here."""
        readings = second_opinion(self.pixels, region)
        if self.has_time():
            readings += strips(self.pixels, region)
        for place in by_place(readings):
            verdict = settle(place)
            if verdict is not None:
                self._note(verdict)

    def _note(self, verdict: Verdict) -> None:
        """One place holds one linear symbol: two verdicts there are one, and uncertain."""
        for position, other in enumerate(self.verdicts):
            if other.best.linear and near(other.best, verdict.best):
                both = settle([*other.readings, *verdict.readings])
                if both is not None and same_text(other.best) != same_text(verdict.best):
                    self.verdicts[position] = Verdict(
                        other.best, uncertain=True, readings=both.readings
                    )
                elif other.uncertain and not verdict.uncertain:
                    self.verdicts[position] = verdict
                return
        self.verdicts.append(verdict)

    def rescue(self, region: Region) -> None:
        """Looks closely at one place that the passes over the whole page left out."""
        if region.bars:
            self._search_bars(region)
            return
        for patch in _treated(self.pixels, region):
            if not self.has_time():
                return
            found = [_at(seen, region) for seen in by_zxing(patch, invert=False)]
            if found:
                self.take(found)
                return


def search(
    pixels: Pixels, deadline: float, clock: Clock = time.perf_counter
) -> Iterator[list[Verdict]]:
    """All symbols on one page as far as the time goes: what is known after each step, growing."""
    state = Search(pixels, deadline, clock)
    state.take(by_zxing(pixels, fast=True))
    yield state.verdicts
    regions = find_regions(pixels)
    if not state.verdicts and state.has_time():
        # Noise of a dark room: half the photos that the first pass can't read need no more.
        soft = np.asarray(cv2.GaussianBlur(pixels, (0, 0), 1.0), np.uint8)
        state.take(by_zxing(soft, "zxing:soft", fast=True))
    for region in _left(state, regions):
        if not state.has_time():
            break
        if not state.covers(region):
            state.rescue(region)
    if not state.verdicts and state.has_time():
        state.take(by_zxing(pixels, "zxing:thorough"))
    yield state.verdicts


def _left(state: Search, regions: list[Region]) -> list[Region]:
    """The places worth a closer look; print beside a symbol that was read is none."""
    read = [region.energy for region in regions if state.covers(region)]
    least = _WEAK * max(read, default=0.0)
    return [region for region in regions if region.energy > least]


def _treated(pixels: Pixels, region: Region) -> Iterator[Pixels]:
    """The place enlarged, then smoothed, then sharpened."""
    zoom = 2.0 if max(region.size) < 500 else 1.0  # noqa: PLR2004 -- pixels; beyond it modules are large
    patch = upright(pixels, region, grow=_GROW, zoom=zoom)
    yield patch
    yield np.asarray(cv2.GaussianBlur(patch, (0, 0), 1.0 * zoom), np.uint8)
    soft = cv2.GaussianBlur(patch, (0, 0), 1.8 * zoom)
    yield np.asarray(cv2.addWeighted(patch, 3.0, soft, -2.0, 0), np.uint8)


def _at(seen: Seen, region: Region) -> Seen:
    return Seen(seen.aim, seen.text, corners_of(region), seen.engine)


def _overlap(seen: Seen, region: Region) -> bool:
    turn = np.radians(region.angle)
    across = np.array([np.cos(turn), np.sin(turn)])
    along = np.array([-np.sin(turn), np.cos(turn)])
    away = np.array(middle_of(seen)) - np.array(region.centre)
    within = (
        abs(float(away @ across)) <= region.size[0] / 2
        and abs(float(away @ along)) <= region.size[1] / 2 + _GROW
    )
    return bool(within) or inside(region.centre, box_of([seen]))
