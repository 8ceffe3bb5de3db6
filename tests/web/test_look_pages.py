"""The pages as sent: complete in both languages, no inline code, tokens within their contrast."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from http.cookies import SimpleCookie

import pytest
from flask.testing import FlaskClient

from tests.web.look import NAMES, WEB, kit_app
from web.catalogue import CHINESE, compiled, merged, written
from web.messages import gettext, ngettext

CJK = re.compile(r"[\u4e00-\u9fff]")
TOKENS = (WEB / "static" / "tokens.css").read_text()


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    app = kit_app()
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


class _Inline(HTMLParser):
    """Finds what a strict content security policy would refuse, and ids that occur twice."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.found += [f"{tag} {name}" for name in given if name == "style" or name[:2] == "on"]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.found.append(tag)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_whole_and_carries_no_inline_code(
    client: FlaskClient, name: str, language: str
) -> None:
    client.set_cookie("lang", language)
    answer = client.get(f"/kit/{name}")
    assert answer.status_code == 200
    html = answer.get_data(as_text=True)
    assert f'<html lang="{"en" if language == "en" else "zh-Hans"}"' in html
    assert "%(" not in html
    parser = _Inline()
    parser.feed(html)
    assert parser.found == []
    assert len(parser.ids) == len(set(parser.ids))


def test_without_a_choice_a_page_speaks_chinese() -> None:
    html = kit_app().test_client().get("/kit/sign-in").get_data(as_text=True)
    assert "<h1>登录</h1>" in html


@pytest.mark.parametrize(
    ("language", "said", "counted"),
    [
        ("en", "Recall &lt;i&gt;", ("1 entry", "2 entries")),
        ("zh", "召回 &lt;i&gt;", ("1 笔", "2 笔")),
    ],
)
def test_a_message_is_said_in_the_reader_s_language_and_what_stands_in_it_is_escaped(
    language: str, said: str, counted: tuple[str, str]
) -> None:
    with kit_app().test_request_context(headers={"Cookie": f"lang={language}"}):
        assert gettext("Recall %(case)s", case="<i>") == said
        assert tuple(ngettext("%(num)d entry", "%(num)d entries", n) for n in (1, 2)) == counted


def test_every_message_has_its_chinese() -> None:
    catalog = merged()
    assert [message.id for message in catalog if message.id and not message.string] == []
    assert [str(error) for _, errors in catalog.check() for error in errors] == []


def test_chinese_and_compiled_files_are_in_step_with_the_templates() -> None:
    source = CHINESE.read_bytes()
    assert source == written(merged()), "run: python -m web.catalogue"
    assert CHINESE.with_suffix(".mo").read_bytes() == compiled(source)


def test_messages_in_the_source_are_english() -> None:
    assert [message.id for message in merged() if CJK.search(str(message.id))] == []


def test_the_sprite_holds_exactly_the_icons_that_are_used() -> None:
    wanted = set(json.loads((WEB / "icons.json").read_text()))
    sprite = (WEB / "static" / "icons.svg").read_text()
    assert set(re.findall(r'<symbol id="([^"]+)"', sprite)) == wanted
    templates = "".join(path.read_text() for path in (WEB / "templates").glob("*.html"))
    assert {name for name in wanted if f"'{name}'" not in templates} == set()


def test_an_icon_that_is_named_exists(client: FlaskClient) -> None:
    known = set(json.loads((WEB / "icons.json").read_text()))
    for name in NAMES:
        html = client.get(f"/kit/{name}").get_data(as_text=True)
        assert set(re.findall(r"icons\.svg\?v=[0-9a-f]+#([^\"]+)", html)) <= known


def test_an_asset_with_its_hash_is_kept_and_without_is_not(client: FlaskClient) -> None:
    html = client.get("/kit/home").get_data(as_text=True)
    href = re.search(r'href="(/assets/base\.css\?v=[0-9a-f]{12})"', html)
    assert href
    with client.get(href[1]) as kept, client.get("/assets/base.css") as asked:
        assert kept.cache_control.max_age == 365 * 24 * 60 * 60
        assert asked.cache_control.max_age is None


@pytest.mark.parametrize(
    ("wanted", "goes_to"),
    [
        ("/things/1?page=2", "/things/1?page=2"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("/\\elsewhere.example/", "/"),
        ("/\t/elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_a_choice_leads_back_but_never_away(client: FlaskClient, wanted: str, goes_to: str) -> None:
    answer = client.post("/preferences", data={"lang": "en", "next": wanted})
    assert (answer.status_code, answer.headers["Location"]) == (303, goes_to)
    cookie = SimpleCookie(answer.headers["Set-Cookie"])["lang"]
    assert (cookie.value, cookie["samesite"], cookie["httponly"]) == ("en", "Lax", True)


@pytest.mark.parametrize("choice", [{"lang": "xx"}, {"theme": "<b>"}, {}])
def test_an_unknown_choice_is_not_kept(client: FlaskClient, choice: dict[str, str]) -> None:
    assert "Set-Cookie" not in client.post("/preferences", data=choice).headers


def test_a_choice_needs_its_token() -> None:
    assert kit_app().test_client().post("/preferences", data={"lang": "en"}).status_code == 400


def _block(opening: str) -> dict[str, str]:
    start = TOKENS.index(opening) + len(opening)
    body = TOKENS[start : TOKENS.index("}", start)]
    return dict(re.findall(r"--([a-z0-9-]+):\s*([^;]+);", body))


LIGHT = _block(":root {")
DARK = _block(':root[data-theme="dark"] {')


def test_the_devices_dark_and_the_readers_dark_are_the_same() -> None:
    assert _block(':root:not([data-theme="light"]) {') == DARK
    assert set(LIGHT) == set(DARK)


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


TEXT = [
    *((ink, ground) for ink in ("ink", "ink2", "ink3") for ground in ("page", "surface", "sunk")),
    *((ink, ground) for ink in ("accent", "go", "look", "stop") for ground in ("page", "surface")),
    *((ink, f"{ink}-soft") for ink in ("accent", "go", "look", "stop")),
    *((f"on-{fill}", f"{fill}-fill") for fill in ("accent", "go", "look", "stop")),
    ("on-accent", "accent-press"),
    ("rail-ink", "rail"),
    ("rail-ink", "rail-on"),
    ("on-toast", "toast"),
    ("ink", "accent-line"),
]
SHAPES = [("edge", "page"), ("edge", "surface"), ("look-line", "surface"), ("used", "track")]


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read(tokens: dict[str, str], ink: str, ground: str) -> None:
    assert _contrast(tokens[ink], tokens[ground]) >= 4.5  # WCAG 2.2, 1.4.3


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPES[:3])
def test_borders_of_controls_can_be_seen(tokens: dict[str, str], shape: str, ground: str) -> None:
    assert _contrast(tokens[shape], tokens[ground]) >= 3  # WCAG 2.2, 1.4.11
