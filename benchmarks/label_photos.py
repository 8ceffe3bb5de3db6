"""Draws photos of labels, the same ones for the same seed: kinds of symbol × troubles of the day.

Each photo is a grey 1280×720 JPEG of a printed label on a table, a vial or a bag, as a handheld or
a phone takes it. Nobody's photo is used. `python -m benchmarks.label_photos DIR` writes them out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from scanning import SymbolKind
from scanning.checks import gs1_check_digit, hibc_check_character
from scanning.drawing.modules import encode
from scanning.drawing.symbols import paint

SEED = 20261122
PER_CELL = 8
WIDTH, HEIGHT = 1280, 720
KINDS = ("gs1-datamatrix", "gs1-128", "drug-code-128", "drug-qr", "ean-13", "hibc-128")
TROUBLES = ("clean", "dark", "blur", "motion", "tilt", "curve", "glare", "crumple", "partial")
Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Photo:
    """One drawn photo.

    Args:
        name: kind, trouble and number.
        kind: one of `KINDS`.
        trouble: one of `TROUBLES`.
        text: the characters in the symbol, without AIM identifier.
        jpeg: the picture.
    """

    name: str
    kind: str
    trouble: str
    text: str
    jpeg: bytes


def photos(seed: int = SEED, per_cell: int = PER_CELL) -> Iterator[Photo]:
    """All photos, one after the other."""
    for kind in KINDS:
        for trouble in TROUBLES:
            for number in range(per_cell):
                key = (seed, KINDS.index(kind), TROUBLES.index(trouble), number)
                yield _photo(np.random.default_rng(key), kind, trouble, number)


def _photo(chance: np.random.Generator, kind: str, trouble: str, number: int) -> Photo:
    content, symbol = _content(chance, kind)
    modules = encode(content, symbol)
    label = _label(chance, paint(modules, 8), linear=symbol.is_linear)
    module = float(chance.uniform(1.7, 3.6) if symbol.is_linear else chance.uniform(2.4, 6.0))
    scene = _scene(chance, label, module / 8, trouble)
    lit = _light(chance, scene, trouble)
    quality = int(chance.integers(70, 92))
    _, data = cv2.imencode(".jpg", lit, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return Photo(f"{kind}-{trouble}-{number}", kind, trouble, modules.raw[3:], bytes(data))


def _digits(chance: np.random.Generator, count: int) -> str:
    return "".join(map(str, chance.integers(0, 10, count)))


def _letters(chance: np.random.Generator, count: int) -> str:
    return "".join(chance.choice(list("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"), count))


def _content(chance: np.random.Generator, kind: str) -> tuple[str, SymbolKind]:
    body = "690" + _digits(chance, 9)
    ean = body + gs1_check_digit(body)
    drug = "8" + _digits(chance, 19)
    expiry = f"{chance.integers(27, 31)}{chance.integers(1, 13):02d}{chance.integers(0, 29):02d}"
    lot, serial = _letters(chance, 6), _letters(chance, 10)
    match kind:
        case "gs1-datamatrix":
            return f"(01)0{ean}(17){expiry}(10){lot}(21){serial}", SymbolKind.GS1_DATAMATRIX
        case "gs1-128":
            return f"(01)0{ean}(17){expiry}(10){lot}", SymbolKind.GS1_128
        case "drug-code-128":
            return drug, SymbolKind.CODE_128
        case "drug-qr":
            return f"http://www.mashangfangxin.com/c?code={drug}", SymbolKind.QR
        case "ean-13":
            return ean, SymbolKind.EAN_13
        case _:
            primary = f"+A{_digits(chance, 3)}{_letters(chance, 7)}1/$${expiry[2:4]}28{lot}"
            return primary + hibc_check_character(primary), SymbolKind.CODE_128


def _label(chance: np.random.Generator, symbol: Pixels, *, linear: bool) -> Pixels:
    """The symbol on white paper with print around it."""
    height, width = symbol.shape
    margin = int(chance.integers(60, 160))
    extra = 200 if linear else 120
    label = np.full((height + 2 * margin + extra, width + 2 * margin), 244, np.uint8)
    label[margin : margin + height, margin : margin + width] = np.where(symbol > 0, 244, 22)
    size = height / 900 + 1.2
    for row in range(2):
        words = _letters(chance, int(chance.integers(6, 14)))
        place = (margin, margin + height + 70 + row * 90)
        cv2.putText(label, words, place, cv2.FONT_HERSHEY_SIMPLEX, size, 40, 5, cv2.LINE_AA)
    cv2.rectangle(label, (8, 8), (label.shape[1] - 9, label.shape[0] - 9), 60, 4)
    return label


def _scene(chance: np.random.Generator, label: Pixels, scale: float, trouble: str) -> Floats:
    """The label as it lies before the camera."""
    if trouble == "curve":
        label = _round_a_vial(chance, label)
    if trouble == "crumple":
        label = _crumpled(chance, label)
    height, width = label.shape
    scale = min(scale, 0.94 * WIDTH / width, 0.94 * HEIGHT / height)
    steep = {"tilt": 38.0, "clean": 4.0}.get(trouble, 12.0)
    angle = chance.uniform(-steep, steep)
    if trouble == "tilt" and chance.random() < 0.3:
        angle += 90
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    middle = np.array([width / 2, height / 2], np.float32)
    turn = np.deg2rad(angle)
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]], np.float32)
    there = (corners - middle) @ spin.T * np.float32(scale)
    skew = 0.16 if trouble == "tilt" else 0.03
    there *= (1 + chance.uniform(-skew, skew, (4, 2))).astype(np.float32)
    there += _centre(chance, there.astype(np.float32), trouble)
    transform = cv2.getPerspectiveTransform(corners, there.astype(np.float32))
    size = (WIDTH, HEIGHT)
    # Shrinking needs all pixels: what a lens blurs away is averaged, not skipped.
    soft = cv2.GaussianBlur(label, (0, 0), max(0.3, 0.35 / scale))
    paper = cv2.warpPerspective(soft, transform, size).astype(np.float32)
    mask = cv2.warpPerspective(np.full_like(label, 255), transform, size).astype(np.float32) / 255
    return np.asarray(paper * mask + _table(chance) * (1 - mask), np.float32)


def _centre(chance: np.random.Generator, corners: Floats, trouble: str) -> Floats:
    low, high = corners.min(axis=0), corners.max(axis=0)
    room = np.maximum((WIDTH, HEIGHT) - (high - low), 0)
    place = -low + room * chance.uniform(0, 1, 2)
    if trouble == "partial" and chance.random() < 0.5:
        # A part of the label is outside the picture.
        side = chance.choice([-1, 1])
        place[1] += side * (high - low)[1] * chance.uniform(0.1, 0.35)
    return np.asarray(place, np.float32)


def _table(chance: np.random.Generator) -> Floats:
    coarse = chance.uniform(60, 170, (9, 16)).astype(np.float32)
    table = cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    return np.asarray(table + chance.normal(0, 4, table.shape), np.float32)


def _round_a_vial(chance: np.random.Generator, label: Pixels) -> Pixels:
    """The label around a cylinder, seen from the front: its sides are pressed together."""
    height, width = label.shape
    reach = chance.uniform(0.7, 1.25)
    across = np.linspace(-1, 1, width, dtype=np.float32)
    source = np.arcsin(across * np.sin(reach)) / reach
    bend = (1 - np.sqrt(1 - (across * np.sin(reach)) ** 2)) * chance.uniform(0, 0.2) * height
    x = np.tile((source + 1) / 2 * (width - 1), (height, 1)).astype(np.float32)
    y = (np.arange(height, dtype=np.float32)[:, None] + bend[None, :]).astype(np.float32)
    shade = 1 - 0.35 * np.abs(across) ** 2
    bent = cv2.remap(label, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(bent * shade[None, :], np.uint8)


def _crumpled(chance: np.random.Generator, label: Pixels) -> Pixels:
    height, width = label.shape
    waves = chance.normal(0, 1, (3, 5, 6)).astype(np.float32)
    dx, dy, relief = (cv2.resize(w, (width, height), interpolation=cv2.INTER_CUBIC) for w in waves)
    depth = width * chance.uniform(0.006, 0.014)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    bent = cv2.remap(
        label, x + dx * depth, y + dy * depth, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(np.clip(bent * (1 + 0.14 * relief), 0, 255), np.uint8)


def _light(chance: np.random.Generator, scene: Floats, trouble: str) -> Pixels:
    """Light, lens and sensor."""
    if trouble == "glare":
        scene = _glare(chance, scene)
    if trouble == "partial":
        scene = _thumb(chance, scene)
    ramp = np.linspace(chance.uniform(0.75, 1), chance.uniform(0.75, 1), WIDTH, dtype=np.float32)
    scene = scene * ramp[None, :]
    if trouble == "dark":
        scene = scene * np.float32(chance.uniform(0.14, 0.32)) + 9
    if trouble == "blur":
        scene = cv2.GaussianBlur(scene, (0, 0), chance.uniform(1.0, 2.2)).astype(np.float32)
    if trouble == "motion":
        scene = _moved(chance, scene)
    noise = chance.uniform(6, 10) if trouble == "dark" else chance.uniform(1, 4)
    noisy = scene + chance.normal(0, noise, scene.shape)
    return np.asarray(np.clip(noisy, 0, 255), np.uint8)


def _glare(chance: np.random.Generator, scene: Floats) -> Floats:
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    centre = chance.uniform(0.3, 0.7, 2) * (WIDTH, HEIGHT)
    wide, tall = chance.uniform(60, 320), chance.uniform(25, 90)
    spot = np.exp(-(((x - centre[0]) / wide) ** 2) - ((y - centre[1]) / tall) ** 2)
    return np.asarray(scene + 330 * spot, np.float32)


def _thumb(chance: np.random.Generator, scene: Floats) -> Floats:
    place = (chance.uniform(0.2, 0.8, 2) * (WIDTH, HEIGHT)).astype(int)
    axes = (int(chance.integers(40, 110)), int(chance.integers(60, 200)))
    covered = scene.copy()
    point = (int(place[0]), int(place[1]))
    cv2.ellipse(covered, point, axes, float(chance.uniform(0, 180)), 0, 360, 150.0, -1)
    return covered


def _moved(chance: np.random.Generator, scene: Floats) -> Floats:
    length = int(chance.integers(3, 9))
    kernel = np.zeros((length, length), np.float32)
    turn = chance.uniform(0, np.pi)
    middle = (length - 1) / 2
    for step in np.linspace(-middle, middle, 4 * length):
        x, y = middle + step * np.cos(turn), middle + step * np.sin(turn)
        kernel[round(y), round(x)] = 1
    return np.asarray(cv2.filter2D(scene, -1, kernel / kernel.sum()), np.float32)


def main(folder: Path) -> None:
    """Writes all photos into `folder`, each with its text beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    for photo in photos():
        (folder / f"{photo.name}.jpg").write_bytes(photo.jpeg)
        (folder / f"{photo.name}.txt").write_text(photo.text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
