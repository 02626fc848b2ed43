"""Policy files read into policies; every mistake is found at once, with its place (architecture §7).

A paragraph has three parts of the same form: `includes` says whom it is about, `excludes` what rules
it out, `criteria` what must be shown.  See pathways/README.md for the language.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeGuard

from pathways.criteria.explain import nearest
from pathways.criteria.nodes import Joined, Node, Test, shared
from pathways.criteria.operators import OPERATORS, BadExpectation
from pathways.criteria.policy import Paragraph, Policy
from pathways.criteria.terms import RADIATION_POLICIES
from pathways.criteria.vocabulary import FACTS, FactKind


@dataclass(frozen=True, order=True)
class ContentProblem:
    """One mistake of a content file: where it is, what is wrong, and the name that may be meant."""

    file: str
    path: str
    message: str
    nearest: str = ""

    def __str__(self) -> str:
        hint = f" Did you mean {self.nearest!r}?" if self.nearest else ""
        return f"{self.file}: {self.path}: {self.message}{hint}"


class ContentError(Exception):
    """Content that cannot be used; `problems` holds every mistake found."""

    def __init__(self, problems: Collection[ContentProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def content_hash(content: Any) -> str:
    """SHA-256 of content as canonical JSON: equal content, equal hash, whatever its layout."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


POLICY_KEYS = {
    "policy",
    "effective",
    "title",
    "notice",
    "authored_by",
    "checked_by",
    "reviewed",
    "next_review",
    "reference",
    "paragraphs",
}
PARAGRAPH_KEYS = {"id", "title", "note", "source", "addresses", "includes", "excludes", "criteria"}
#: Facts that say whom a paragraph is about; the rest of it is not judged for others.
GATES = frozenset({"tumor", "line_of_business", "plan"})


class Reader:
    """Walks one file's content and collects what is wrong with it."""

    def __init__(self, file: str, drugs: Collection[str] = ()) -> None:
        self.file = file
        self.drugs = drugs
        self.problems: list[ContentProblem] = []

    def wrong(self, path: str, message: str, meant: str = "") -> None:
        """Note a mistake and go on."""
        self.problems.append(ContentProblem(self.file, path, message, meant))

    def check_keys(self, mapping: Mapping[Any, Any], known: Collection[str], path: str = "") -> None:
        """Note every key that is no text or not known here."""
        for key in mapping:
            place = f"{path}.{key}" if path else str(key)
            if not isinstance(key, str):
                self.wrong(place, f"the key {key!r} is not text; put it in quotes or rename it.")
            elif key not in known:
                self.wrong(place, f"{key!r} is not known here.", nearest(key, known))

    def mapping(self, value: Any, path: str) -> Mapping[str, Any]:
        """`value` as a mapping, or an empty one with a note."""
        if isinstance(value, Mapping):
            return value
        self.wrong(path, f"expected names with values, found {value!r}.")
        return {}

    def items(self, value: Any, path: str) -> list[Any]:
        """`value` as a list, or an empty one with a note."""
        if isinstance(value, list):
            return value
        self.wrong(path, f"expected a list, found {value!r}.")
        return []

    def text(self, mapping: Mapping[str, Any], key: str, path: str = "", *, optional: bool = False) -> str:
        """The text under `key`, with a note when it is missing or no text."""
        value = mapping.get(key)
        if value is None and optional:
            return ""
        if isinstance(value, str) and value.strip():
            return value.strip()
        self.wrong(f"{path}.{key}" if path else key, "a text is missing here.")
        return ""

    def choice(
        self, mapping: Mapping[str, Any], key: str, known: Collection[str], path: str, *, such_as: str
    ) -> None:
        """Note a value under `key` that is missing or not known; `such_as` tells what is expected."""
        value, place = mapping.get(key), f"{path}.{key}"
        if value is None:
            self.wrong(place, f"it is missing; expected {such_as}.")
        elif not isinstance(value, str) or value not in known:
            self.wrong(place, f"expected {such_as}, found {value!r}.", nearest(str(value), known))

    def whole(self, value: Any, path: str, *, least: int, most: int) -> bool:
        """Is `value` a whole number from `least` to `most`?  A note when it is not."""
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return True
        found = "it is missing; expected" if value is None else f"found {value!r}; expected"
        self.wrong(path, f"{found} a whole number from {least} to {most}.")
        return False

    def day(self, mapping: Mapping[str, Any], key: str) -> date:
        """The date under `key`, written as YYYY-MM-DD."""
        value = mapping.get(key)
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.wrong(key, f"expected a date such as 2021-07-01, found {value!r}.")
            return date.min

    def finish(self) -> None:
        """Raise ContentError when anything was wrong."""
        if self.problems:
            raise ContentError(self.problems)


def check_head(reader: Reader, content: Mapping[str, Any]) -> None:
    """The head every content file has: author, another person as checker, dates of review."""
    author, checker = reader.text(content, "authored_by"), reader.text(content, "checked_by")
    if author and author == checker:
        reader.wrong("checked_by", "the checker must be somebody else than the author.")
    reader.text(content, "notice")
    if reader.day(content, "reviewed") > reader.day(content, "next_review"):
        reader.wrong("next_review", "the next review lies before the last one.")


def parse_policy(content: Mapping[str, Any], *, file: str, drugs: Collection[str] = ()) -> Policy:
    """Compile the content of one policy file.

    `drugs` are the names of the catalog; when given, every drug named must be among them.
    Raises ContentError with every mistake found.
    """
    reader = Reader(file, drugs)
    reader.check_keys(content, POLICY_KEYS)
    check_head(reader, content)
    drug = reader.text(content, "policy")
    if drug and drugs and drug not in drugs and drug not in RADIATION_POLICIES.values():
        reader.wrong("policy", f"{drug!r} is not in the drug catalog.", nearest(drug, drugs))
    paragraphs = [
        _paragraph(reader, item, f"paragraphs[{number}]")
        for number, item in enumerate(reader.items(content.get("paragraphs"), "paragraphs"))
    ]
    _check_ids(reader, paragraphs)
    if not paragraphs and content.get("paragraphs") == []:
        reader.wrong("paragraphs", "a policy needs at least one paragraph.")
    effective, title = reader.day(content, "effective"), reader.text(content, "title")
    reader.finish()
    return Policy(
        drug=drug,
        effective=effective,
        title=title,
        paragraphs=tuple(paragraphs),
        source=content["notice"].strip(),
        content_hash=content_hash(content),
    )


def _check_ids(reader: Reader, paragraphs: list[Paragraph]) -> None:
    seen: set[str] = set()
    for number, paragraph in enumerate(paragraphs):
        if paragraph.id in seen:
            reader.wrong(f"paragraphs[{number}].id", f"{paragraph.id!r} is used twice.")
        seen.add(paragraph.id)


def _paragraph(reader: Reader, item: Any, path: str) -> Paragraph:
    content = reader.mapping(item, path)
    reader.check_keys(content, PARAGRAPH_KEYS, path)
    gates: list[Test] = []
    tests: list[Node] = []
    for part in ("includes", "excludes", "criteria"):
        for number, entry in enumerate(reader.items(content.get(part, []), f"{path}.{part}")):
            place = f"{path}.{part}[{number}]"
            node = _node(reader, entry, place, negated=part == "excludes")
            if part == "includes" and node is not None and _is_gate(node):
                gates.append(node)
            elif node is not None:
                tests.append(node)
    if not any(content.get(part) for part in ("includes", "excludes", "criteria")):
        reader.wrong(path, "a paragraph without a criterion would meet everybody.")
    return Paragraph(
        id=reader.text(content, "id", path),
        title=reader.text(content, "title", path),
        gates=tuple(gates),
        tests=tuple(tests),
        source=reader.text(content, "source", path),
        reference="; ".join(str(address) for address in content.get("addresses") or ()),
        note=reader.text(content, "note", path, optional=True),
    )


def _is_gate(node: Node) -> TypeGuard[Test]:
    return isinstance(node, Test) and node.fact.name in GATES


def _node(reader: Reader, entry: Any, path: str, *, negated: bool) -> Node | None:
    """One entry: a test of a fact, or all, any or not over further entries."""
    content = reader.mapping(entry, path)
    joins = [kind for kind in ("all", "any", "not") if kind in content]
    if joins:
        return _joined(reader, content, joins[0], path, negated=negated)
    name = content.get("fact")
    if not isinstance(name, str) or name not in FACTS:
        reader.wrong(f"{path}.fact", f"{name!r} is not a fact we know.", nearest(str(name), FACTS))
        return None
    return _test(reader, content, name, path, negated=negated)


def _joined(
    reader: Reader, content: Mapping[str, Any], kind: str, path: str, *, negated: bool
) -> Node | None:
    reader.check_keys(content, (kind,), path)
    entries = reader.items(content[kind], f"{path}.{kind}")
    nodes = [
        _node(reader, entry, f"{path}.{kind}[{number}]", negated=False)
        for number, entry in enumerate(entries)
    ]
    if content[kind] == []:
        reader.wrong(f"{path}.{kind}", "expected at least one entry.")
    node = shared(Joined(kind, tuple(item for item in nodes if item is not None)))
    return shared(Joined("not", (node,))) if negated else node


def _test(reader: Reader, content: Mapping[str, Any], name: str, path: str, *, negated: bool) -> Node | None:
    builders = OPERATORS[name]
    used = [key for key in content if key in builders]
    if len(used) != 1:
        choices = ", ".join(sorted(builders))
        wrong_key = next((str(key) for key in content if key not in {"fact", "or_unknown", *builders}), "")
        reader.wrong(path, f"{name} takes exactly one of: {choices}.", nearest(wrong_key, builders))
        return None
    reader.check_keys(content, {"fact", "or_unknown", *builders}, path)
    if "or_unknown" in content and (
        FACTS[name].kind is not FactKind.CHOICE or content["or_unknown"] is not True
    ):
        reader.wrong(f"{path}.or_unknown", "only a choice may accept an unknown answer, with the value true.")
    operator = used[0]
    try:
        return shared(
            builders[operator](
                content[operator],
                name=name,
                operator=operator,
                negated=negated,
                or_unknown="or_unknown" in content,
                drugs=reader.drugs,
            )
        )
    except BadExpectation as mistake:
        reader.wrong(f"{path}.{operator}", str(mistake), mistake.meant)
        return None
