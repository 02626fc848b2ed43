"""Five hundred values that no honest person types, each written as a form could carry it (G-41).

`MARK` stands in every value that tries to become markup, so that a page can be searched for it: as
text it may appear, as the name of a tag, an attribute or in a script never.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

MARK = "xq7"


def values() -> list[str]:
    """All values, each once, in an order that mixes the kinds."""
    kinds = [list(kind()) for kind in KINDS]
    mixed = [kind[place] for place in range(max(map(len, kinds))) for kind in kinds if place < len(kind)]
    return list(dict.fromkeys(mixed))


def _markup() -> Iterator[str]:
    tags = (
        f"<script>{MARK}()</script>",
        f"<img src=x onerror={MARK}()>",
        f"<svg onload={MARK}()>",
        f"<{MARK}>",
        f"<b {MARK}=1>bold",
        f"</title><script>{MARK}()</script>",
        f"</textarea><script>{MARK}()</script>",
        f"</script><script>{MARK}()</script>",
        f"<!-- --><{MARK}>",
        f"<![CDATA[<{MARK}>]]>",
        f"<style>@import '{MARK}'</style>",
        f"<iframe srcdoc='<script>{MARK}()</script>'>",
        f"<a href=javascript:{MARK}()>link</a>",
        f"<ScRiPt>{MARK}()</sCrIpT>",
        f"<<script>{MARK}()//<</script>",
        f"<form action=//{MARK}>",
        f"<base href=//{MARK}/>",
        f"<meta http-equiv=refresh content=0;url=//{MARK}>",
        f"<details open ontoggle={MARK}()>",
        f"<input autofocus onfocus={MARK}()>",
        f"<math><mi xlink:href=javascript:{MARK}()>",
        f"<svg><a xlink:href=javascript:{MARK}()>x</a></svg>",
        f"<object data=javascript:{MARK}()>",
        f"<template><{MARK}></template>",
    )
    yield from tags
    for quote, attribute in product(("'", '"', "`"), ("onfocus", "onmouseover", "style", MARK)):
        yield f"{quote} {attribute}={MARK}() x={quote}"
        yield f"{quote}><{MARK} {attribute}={MARK}()>"
    for escape in ("&lt;", "&#60;", "&#x3c;", "\\u003c", "%3C", "\\x3c", "&lt", "＜", "‹", "\u2039"):
        yield f"{escape}script>{MARK}(){escape}/script>"
    yield from (f"javascript:{MARK}()", f"data:text/html,<script>{MARK}()</script>", f"vbscript:{MARK}()")
    yield from ("&amp;", "&nbsp;", "&#0;", "&#xD800;", "&", "&&&", "<", ">", "<>", "</", "<!", "<?php", "]]>")


def _templates() -> Iterator[str]:
    inner = ("7*7", "request", "settings.SECRET_KEY", "form.draft.order.member", "''.__class__")
    for (left, right), text in product(
        (("{{", "}}"), ("{%", "%}"), ("${", "}"), ("#{", "}"), ("<%", "%>")), inner
    ):
        yield f"{left} {text} {right}"
    yield from (
        "{% load static %}",
        "{% include 'base.html' %}",
        "{#",
        "{% endblock %}",
        "{",
        "}",
        "%s",
        "%(x)s",
    )
    yield from (
        "{0}",
        "{0.__class__}",
        "%n%n%n%n",
        "%d" * 20,
        "$(id)",
        "`id`",
        "; id",
        "| id",
        "&& id",
        "${IFS}",
    )


def _sql() -> Iterator[str]:
    yield from (
        "'; DROP TABLE orders_order; --",
        "' OR '1'='1",
        "' OR 1=1 --",
        '" OR ""="',
        "1; SELECT pg_sleep(10)",
        "1 UNION SELECT NULL, NULL",
        "') OR ('a'='a",
        "admin'--",
        "'||'",
        "\\'; --",
        "%' AND 1=0 UNION ALL SELECT '",
        "1/0",
        "NULL",
        "null",
        "None",
        "undefined",
        "nil",
        "true",
        "false",
        "TRUE",
        "x' AND 1=CAST((SELECT version()) AS int) --",
        "%",
        "_",
        "%%%%%%%%",
        "\\",
        "\\\\",
        "'",
        '"',
        "''",
        "`",
        "--",
        "/*",
        "*/",
        "E'\\x00'",
    )


def _formulas() -> Iterator[str]:
    bodies = ("1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://example.test")', "SUM(A1:A9)", "@SUM(1)")
    for sign, body in product(("=", "+", "-", "@", "\t=", "\r=", " ="), bodies):
        yield f"{sign}{body}"
    yield from (",,,", ";;;", '"a","b"', "a\tb\tc", "a\r\nb", "a\nb", "a\rb", '"""', ",\n,", '=1+1";=2+2')


def _numbers() -> Iterator[str]:
    yield from (
        "0", "-0", "+0", "00", "-1", "+1", "1.", ".5", "-.5", "1..2", "1,5", "1,000", "1 000", "1_000",
        "0.0001", "0.00001", "99999999.9999", "100000000", "2147483647", "2147483648", "-2147483649",
        "4294967296", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "1e1", "1e5",
        "1E+7", "1e-4", "1e-5", "1e308", "1e309", "1e-400", "1e9999", "-1e9999", "1e99999999999",
        "NaN", "nan",
        "sNaN", "-NaN", "Infinity", "-Infinity", "inf", "-inf", "0x10", "0b1", "0o7", "1/2", "½",
        "²", "x²", "٣",
        "１２３", "Ⅻ", "一", "②", "1'000", "1٬000", "١٢٫٥", "−5", "5%", "$5", "5mg", "1-", "-", "+",
        ".", ",", "e", "1e",
        "1-4", "4-1", "1,2,3", "1-99999999", "1,,2", "1-2-3", "0-1", "1;2", "1–4", "1 - 4", "1-4,1-4",
    )  # fmt: skip
    for digits in (15, 20, 30, 60, 100, 309, 400, 4300, 5000):
        yield "9" * digits
    yield from ("-" + "9" * 5000, "1" + "0" * 5000, "0." + "0" * 400 + "1", "9" * 30 + "." + "9" * 30)


def _days() -> Iterator[str]:
    for year in (
        "0000",
        "0001",
        "0",
        "1",
        "99",
        "1582",
        "1899",
        "1900",
        "2021",
        "2100",
        "2101",
        "9999",
        "10000",
    ):
        yield f"01/01/{year}"
        yield f"{year}-02-29"
    yield from (
        "02/29/2024", "02/29/2026", "02/30/2026", "02/31/2026", "04/31/2026", "13/01/2026", "00/10/2026",
        "10/00/2026", "1/1/26", "2026-13-01", "2026-00-00", "2026-W01-1", "2026-366", "20260101",
        "31.12.2026",
        "12-31-2026", "Feb 29, 2026", "today", "now()", "2026-01-01T25:61:61Z", "2026-01-01 00:00",
        "1/1/-1", "-1/-1/-1", "99/99/9999", "12/31/9999", "１/１/２０２６", "1/1/" + "9" * 5000,
        "9999-12-31", "0001-01-01", "Sept 31, 2026",
    )  # fmt: skip


def _scripts() -> Iterator[str]:
    yield from (
        "Łucja Ñandú", "Müller-Lüdenscheidt", "O’Brien", "Đặng Thị Bích", "Иванов", "Παπαδόπουλος",
        "佐藤", "김민수",
        "王小明", "محمد", "דוד", "हिन्दी", "ไทย", "Ꭰꮃꮅ", "ⵜⴰⵎⴰⵣⵉⵖⵜ", "ᠮᠣᠩᠭᠣᠯ", "𐍈𐌰𐌹", "𠜎𠜱𠝹",
        "İstanbul ıI", "ß ẞ ſ",
        "ﬁ ﬀ", "Ǆ ǅ", "K Å Ω", "e\u0301 é", "A\u0308\u0304\u0301", "Z" + "\u0310\u0322\u0347" * 40,
        "\u0301",
        "💥", "👩🏽‍⚕️", "👨‍👩‍👧‍👦", "🇺🇸", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "❤️", "1️⃣", "⚠", "€ £ ¥", "µ μ", "≥ ≤ ± ×",
        "“quoted” ‘single’",
        "— – ‐ ‑", "… ‥", "№ ℞ ℃", "\U0001f4a9" * 60, "𝕬𝖉𝖒𝖎𝖓", "Ａｄｍｉｎ", "аdmin", "\ufdfd",
        "\U000e0041\U000e0042",
    )  # fmt: skip


def _invisible() -> Iterator[str]:
    for code in (*range(1, 32), 127, *range(128, 160, 5)):
        yield f"a{chr(code)}b"
    yield from ("\0", "a\0b", "\0\0\0", "abc\0", "\0<script>" + MARK)
    for code in (
        0xA0, 0xAD, 0x34F, 0x61C, 0x115F, 0x180E, 0x2000, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F,
        0x2028, 0x2029,
        0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2060, 0x2066, 0x2067, 0x2068, 0x2069, 0x206A,
        0x2800, 0x3000,
        0x3164, 0xFE0F, 0xFEFF, 0xFFA0, 0xFFF9, 0xFFFC, 0xFFFD, 0xFFFE, 0xFFFF, 0xE000, 0x1FFFE,
        0xE0001, 0xE0020,
        0xF0000, 0x10FFFF,
    ):  # fmt: skip
        yield f"a{chr(code)}b"
    yield from (
        "\u202egnp.exe",
        "\u2067\u202e<" + MARK,
        " ",
        "   ",
        "\t",
        "\n",
        "\u200b",
        "\u3000",
        "\ufeff",
        "\u2028",
    )


def _long() -> Iterator[str]:
    for length in (1, 2, 20, 21, 40, 41, 60, 61, 80, 81, 255, 256, 3999, 4000, 4001, 20_000):
        yield "x" * length
    yield from (
        "word " * 1000,
        "é" * 4001,
        "💥" * 2000,
        "<" * 4000,
        "&" * 4000,
        "\n" * 3000,
        "(" * 3000,
        "[" * 3000,
    )
    yield from ('{"a":' * 600, "a," * 2000, "1-2," * 900, " " * 5000, "/" * 4000)


def _paths() -> Iterator[str]:
    yield from (
        "../../../../etc/passwd", "..\\..\\windows\\win.ini", "/etc/passwd", "file:///etc/passwd",
        "C:\\CON", "CON",
        "~root", "%2e%2e%2f", "..%00/", "//example.test/", "http://127.0.0.1:5432/", "gopher://x",
        "\\\\host\\share",
        "a/b/c", "./.", ".git/config", "__proto__", "constructor", "__class__", "lines-0-drug",
        "lines-TOTAL_FORMS",
        "csrfmiddlewaretoken", "do", "unknown", "not_reported", "none", "other", "custom", "[]",
        "{}", '{"$ne":1}',
        "*", "*)(uid=*", "(.*)*$", "^(a+)+$", "a" * 50 + "!", "\r\nSet-Cookie: a=b", "%0d%0aX: y",
        "Bcc: a@example.test",
        "a@example.test\nBcc: b@example.test", "\x1b[31mred", "\x1b]0;title\x07", "\x07", "\\u0000",
        "%00", "%", "%zz",
        "%c0%af", "+", "a+b c", "?a=b&c=d", "#frag", ";jsessionid=1", ":", "|", "^", "~", "¬", "¦",
    )  # fmt: skip


KINDS = (
    _markup,
    _templates,
    _sql,
    _formulas,
    _numbers,
    _days,
    _scripts,
    _invisible,
    _long,
    _paths,
)
