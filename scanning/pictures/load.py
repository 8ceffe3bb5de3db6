"""From bytes to grey pixels, with the size looked at before anything is unpacked."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image

from errors import Invalid

Pixels = NDArray[np.uint8]
MOST_BYTES = 20 * 1024 * 1024
"""A phone's photo has 2–8 MB, a scanned delivery note of ten pages about 10 MB."""
MOST_PIXELS = 64_000_000
"""Phones make 12, 48 or 50 megapixels. Beyond it stands no label but a decompression bomb."""
WORKING_PIXELS = 4_000_000
"""Larger pictures are halved until they fit: symbols on them have modules of many pixels."""
MOST_PAGES = 20
_PAGE_DPI = 200
"""A module of a delivery note's Code 128 is 0.25 mm or more: two pixels."""
_POINTS_PER_INCH = 72
_MOST_PAGE_POINTS = 3400
"""Longer side of a page, more than A0."""
_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
"""What phones, handhelds and scanners make; every further decoder is one more to be attacked."""


class Page(NamedTuple):
    """One picture made ready to be searched.

    Args:
        pixels: grey.
        scale: pixels of the picture as it came for each of these: 2 where it was halved.
    """

    pixels: Pixels
    scale: float


def pages(data: bytes) -> Iterator[Page]:
    """The pages of a PDF, or the one picture, as grey pixels.

    Raises:
        Invalid: `image-too-large` (bytes, pixels or pages), `image-unreadable`.
    """
    if len(data) > MOST_BYTES:
        raise Invalid("image-too-large", limit=f"{MOST_BYTES // 1024 // 1024} MB")
    if data[:1024].lstrip().startswith(b"%PDF"):
        yield from _pdf_pages(data)
        return
    _check_size(data)
    yield _grey(data)


def _check_size(data: bytes) -> None:
    """Looks at the header only; Pillow unpacks nothing before it is asked to."""
    _with_heif()
    try:
        with warnings.catch_warnings():
            # Pillow warns of damage and of size; the size is looked at right below.
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=_known_formats()) as picture:
                width, height = picture.size
    except Image.DecompressionBombError as error:
        raise Invalid("image-too-large", limit=f"{MOST_PIXELS // 1_000_000} MP") from error
    except Exception as error:
        # Decoders of damaged files raise whatever they like (struct.error, SyntaxError …).
        raise Invalid("image-unreadable") from error
    if width * height > MOST_PIXELS:
        raise Invalid("image-too-large", limit=f"{MOST_PIXELS // 1_000_000} MP")


def _known_formats() -> list[str]:
    Image.init()
    return [name for name in _FORMATS if name in Image.OPEN]


def _with_heif() -> None:
    """Phones' HEIC pictures are read where the hospital installed `pillow-heif`."""
    if "HEIF" in Image.OPEN:
        return
    with suppress(ImportError):
        import pillow_heif  # noqa: PLC0415 -- optional

        pillow_heif.register_heif_opener()


def _grey(data: bytes) -> Page:
    try:
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    except cv2.error:
        picture = None
    if picture is None:
        picture = _grey_by_pillow(data)
    return _working_size(np.ascontiguousarray(picture, dtype=np.uint8))


def _grey_by_pillow(data: bytes) -> Pixels:
    """For what OpenCV was not built with: HEIC, and PNG of unusual make."""
    try:
        with Image.open(io.BytesIO(data), formats=_known_formats()) as picture:
            return np.asarray(picture.convert("L"))
    except Exception as error:
        # See `_check_size`: a damaged file makes its decoder raise anything.
        raise Invalid("image-unreadable") from error


def _working_size(picture: Pixels) -> Page:
    height, width = picture.shape[:2]
    if not height or not width:
        raise Invalid("image-unreadable")
    before = width
    while height * width > WORKING_PIXELS:
        height, width = height // 2 or 1, width // 2 or 1
    if (height, width) == picture.shape:
        return Page(picture, 1.0)
    smaller = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
    return Page(np.asarray(smaller, dtype=np.uint8), before / width)


def _pdf_pages(data: bytes) -> Iterator[Page]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise Invalid("image-unreadable") from error
    with document:
        if len(document) > MOST_PAGES:
            raise Invalid("image-too-large", limit=f"{MOST_PAGES} pages")
        for number in range(len(document)):
            yield _pdf_page(document, number)


def _pdf_page(document: pypdfium2.PdfDocument, number: int) -> Page:
    try:
        page = document[number]
        longest = max(page.get_size())
        scale = _PAGE_DPI / _POINTS_PER_INCH * min(1.0, _MOST_PAGE_POINTS / max(longest, 1))
        bitmap = page.render(scale=scale, grayscale=True)
    except (pypdfium2.PdfiumError, ValueError, MemoryError) as error:
        raise Invalid("image-unreadable") from error
    return _working_size(
        np.ascontiguousarray(bitmap.to_numpy().reshape(bitmap.height, bitmap.width), dtype=np.uint8)
    )
