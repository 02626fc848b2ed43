"""The files of the design: vendored as recorded, complete, small, readable, nothing inline."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from portal import words

VENDOR = Path("static/vendor")
TEMPLATES = sorted(Path("templates").rglob("*.html"))
STYLES = sorted(Path("static/css").glob("*.css"))
SCRIPTS = sorted(Path("static/js").glob("*.js"))

#: Tints that words stand on, and the white of cards.
GROUNDS = ("good", "wait", "bad", "refer", "quiet")


def test_vendored_files_are_those_that_are_recorded() -> None:
    recorded = dict(
        reversed(line.split("  ", 1))
        for line in (VENDOR / "VERSIONS").read_text().splitlines()
        if re.match(r"[0-9a-f]{64}  ", line)
    )
    found = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "VERSIONS"
    }
    assert found == recorded, "run `npm ci && npm run build` in tools/frontend"


def test_the_recorded_version_is_the_locked_one() -> None:
    locked = json.loads(Path("tools/frontend/package-lock.json").read_text())["packages"]
    version = locked["node_modules/@uswds/uswds"]["version"]
    assert f"uswds {version} " in (VENDOR / "VERSIONS").read_text()


def test_the_lock_names_no_registry() -> None:
    assert "resolved" not in Path("tools/frontend/package-lock.json").read_text()


def test_vendored_files_stay_under_one_megabyte() -> None:
    assert sum(path.stat().st_size for path in VENDOR.rglob("*") if path.is_file()) < 1_000_000


@pytest.mark.parametrize("style", [VENDOR / "uswds/portal.css", *STYLES], ids=lambda path: path.name)
def test_every_file_that_a_style_names_is_there(style: Path) -> None:
    """A missing one stops the hashing of static files in production."""
    for address in re.findall(r"url\([\"']?([^\"')]*)[\"']?\)", style.read_text()):
        assert address.startswith("data:") or (address and (style.parent / address).is_file()), address


@pytest.mark.parametrize("path", [*VENDOR.rglob("*.css"), *VENDOR.rglob("*.js")], ids=lambda path: path.name)
def test_no_file_asks_for_a_source_map(path: Path) -> None:
    assert "sourceMappingURL" not in path.read_text()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_make_no_code_of_text(script: Path) -> None:
    assert not re.search(r"\beval\(|new Function|document\.write|\.on[a-z]+ =|\.style\b", script.read_text())


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.as_posix())
def test_templates_hold_no_inline_script_style_or_handler(template: Path) -> None:
    """The Content-Security-Policy allows none; a browser would drop them without a word."""
    source = template.read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)", source)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|hx-on|javascript:|[\"']js:", source)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.as_posix())
def test_every_icon_of_a_template_is_in_the_sprite(template: Path) -> None:
    names = re.findall(r"""{% icon "(\w+)\"""", template.read_text())
    names += re.findall(r"""\bicon_name=["'](\w+)["']""", template.read_text())
    assert set(names) <= icons()


@pytest.mark.parametrize("source", sorted(Path("portal").rglob("*.py")), ids=lambda path: path.as_posix())
def test_every_icon_named_in_code_is_in_the_sprite(source: Path) -> None:
    names = re.findall(r"""\bicon(?:=|\()["'](\w+)["']""", source.read_text())
    assert set(names) <= icons()


def test_the_icon_of_every_status_is_in_the_sprite() -> None:
    assert {look.icon for look in words.LOOKS.values()} <= icons()


def icons() -> set[str]:
    """The names in the sprite."""
    return set(re.findall(r'<symbol id="([^"]+)"', (VENDOR / "uswds/img/sprite.svg").read_text()))


def test_every_token_used_is_defined() -> None:
    defined = set(tokens())
    for style in STYLES:
        assert set(re.findall(r"var\((--[\w-]+)\)", style.read_text())) <= defined, style


@pytest.mark.parametrize("tone", GROUNDS)
def test_words_of_a_state_can_be_read_on_its_tint_and_on_white(tone: str) -> None:
    found = tokens()
    ink = found[f"--{tone}-ink"]
    assert contrast(ink, found[f"--{tone}-wash"]) >= 4.5
    assert contrast(ink, found["--surface-page"]) >= 4.5


@pytest.mark.parametrize("tone", GROUNDS)
def test_marks_of_a_state_can_be_seen_on_their_tint(tone: str) -> None:
    assert contrast(tokens()[f"--{tone}-mark"], tokens()[f"--{tone}-wash"]) >= 3


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("--ink-soft", "--surface-sunken"),
        ("--ink-soft", "--surface-page"),
        ("--primary", "--surface-sunken"),
        ("--surface-card", "--accent"),
        ("--surface-card", "--urgent"),
        ("--surface-card", "--primary"),
    ],
)
def test_other_words_can_be_read(ink: str, ground: str) -> None:
    assert contrast(tokens()[ink], tokens()[ground]) >= 4.5


def tokens() -> dict[str, str]:
    """The custom properties of tokens.css."""
    return dict(re.findall(r"(--[\w-]+):\s*([^;]+);", Path("static/css/tokens.css").read_text()))


def contrast(one: str, other: str) -> float:
    """WCAG contrast of two colours written #rrggbb."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """WCAG relative luminance."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
