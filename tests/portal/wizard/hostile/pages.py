"""A page as a browser reads it: its controls with what they hold, and whether a value became markup."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from tests.portal.wizard.hostile.values import MARK

#: Controls of the frame, which are not the step's.
FRAME = frozenset({"csrfmiddlewaretoken"})
TEXT = frozenset({"", "text", "search", "tel", "hidden", "number", "email", "textarea"})


@dataclass
class Read(HTMLParser):
    """What stands on a page."""

    #: Name -> what a text control holds, as a browser would show it.
    texts: dict[str, list[str]] = field(default_factory=dict)
    #: Names of all controls of the step's form.
    names: set[str] = field(default_factory=set)
    #: What the buttons of the step's form would do.
    buttons: set[str] = field(default_factory=set)
    #: Where a hostile value became more than text.
    broken: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._form = ""
        self._textarea: str | None = None
        self._script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._look_for_harm(tag, given)
        if tag == "form":
            self._form = given.get("id", "")
        self._script = tag in {"script", "style"}
        name = given.get("name", "")
        if tag == "button" and "step-form" in (self._form, given.get("form")):
            self.buttons.add(given.get("value", ""))
        elif name and name not in FRAME and self._form == "step-form":
            self.names.add(name)
            if tag == "textarea":
                self._textarea = name
                self.texts.setdefault(name, []).append("")
            elif tag == "input" and given.get("type", "") in TEXT:
                self.texts.setdefault(name, []).append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = ""
        elif tag == "textarea":
            self._textarea = None
        self._script = False

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            self.texts[self._textarea][-1] += data
        if self._script and MARK in data:
            self.broken.append(f"in a script: {data[:80]}")

    def _look_for_harm(self, tag: str, given: dict[str, str]) -> None:
        if MARK in tag or any(MARK in name or name.startswith("on") for name in given):
            self.broken.append(f"<{tag} {given}>")
        for name in (
            "href",
            "src",
            "action",
            "formaction",
            "data-hx-get",
            "data-hx-post",
            "style",
            "content",
        ):
            if MARK in given.get(name, "") or given.get(name, "").lower().startswith(
                ("javascript:", "data:text")
            ):
                self.broken.append(f"<{tag} {name}={given[name][:80]}>")


def read(text: str) -> Read:
    """The page of this HTML."""
    page = Read()
    page.feed(text)
    page.close()
    return page
