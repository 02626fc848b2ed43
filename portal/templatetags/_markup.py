"""The HTML of what repeats on a page: form controls, icons, statuses, clocks, nodes of criteria trees.

Written here and not as templates because of what those cost: thirty controls take half the time, a
criteria tree a twentieth.  Components that a page has once are templates.
Everything that comes from outside passes `text`.
"""

from __future__ import annotations

from functools import cache

from django.templatetags.static import static

from portal.templatetags._controls import Control, Option, text
from portal.templatetags._criteria import Branch
from portal.words import Clock, Look

# --- Icons, statuses, clocks ----------------------------------------------------------------------


@cache
def _sprite() -> str:
    return static("vendor/uswds/img/sprite.svg")


def icon(name: str, size: int = 0) -> str:
    """An icon beside words; hidden from screen readers, which read the words."""
    css = f"usa-icon usa-icon--size-{size}" if size else "usa-icon"
    return (
        f'<svg class="{css}" aria-hidden="true" focusable="false"><use href="{_sprite()}#{name}"></use></svg>'
    )


def status(look: Look, word: str, *, explain: bool) -> str:
    """A status as a tag; `explain` lets it unfold its definition."""
    tag = f'<span class="pp-status pp-status--{look.tone}">{icon(look.icon)}{text(word)}</span>'
    if not explain:
        return tag
    return (
        f'<details class="pp-explained"><summary>{tag}<span class="usa-sr-only"> – what it means</span>'
        f'</summary><p class="pp-explained__text">{text(look.meaning)}</p></details>'
    )


def clock(found: Clock, *, compact: bool) -> str:
    """Time left and due time."""
    sign = icon("schedule" if found.state == "open" else "error")
    due = "" if compact else f'<span class="pp-clock__due">due {text(found.due)}</span>'
    return (
        f'<span class="pp-clock pp-clock--{found.state}">{sign}'
        f'<span class="pp-clock__left">{text(found.left)}</span>{due}</span>'
    )


# --- Form controls --------------------------------------------------------------------------------


def field(
    control: Control, *, kind: str, unit: str, prefix: str, width: str, area: bool, compact: bool
) -> str:
    """A text input, with prefix or unit in its frame, or a text area."""
    common = f'id="{control.id}" name="{control.name}"{_described(control)}{control.attrs}'
    wrong = " usa-input--error" if control.error else ""
    if area:
        # The line break after the tag is dropped by the browser; without it a first empty line would be.
        inner = f'<textarea class="usa-textarea{wrong}" {common}>\n{text(control.value)}</textarea>'
    elif unit or prefix:
        wrong = " usa-input-group--error" if control.error else ""
        size = f" usa-input-group--{width}" if width else ""
        before = f'<div class="usa-input-prefix" aria-hidden="true">{text(prefix)}</div>' if prefix else ""
        after = f'<div class="usa-input-suffix" aria-hidden="true">{text(unit)}</div>' if unit else ""
        inner = (
            f'<div class="usa-input-group{size}{wrong}">{before}'
            f'<input class="usa-input" type="{kind}" value="{text(control.value)}" {common}>{after}</div>'
        )
    else:
        size = f" usa-input--{width}" if width else ""
        inner = f'<input class="usa-input{size}{wrong}" type="{kind}" value="{text(control.value)}" {common}>'
    return _labelled(control, inner, compact=compact)


def select(control: Control, *, empty: str, width: str, compact: bool) -> str:
    """A select list."""
    size = f" usa-input--{width}" if width else ""
    wrong = " usa-input--error" if control.error else ""
    first = f'<option value="">{text(empty)}</option>' if empty else ""
    entries = "".join(
        f'<option value="{text(option.value)}"{" selected" if option.checked else ""}>'
        f"{text(option.label)}</option>"
        for option in control.options
    )
    inner = (
        f'<select class="usa-select{size}{wrong}" id="{control.id}" name="{control.name}"'
        f"{_described(control)}{control.attrs}>{first}{entries}</select>"
    )
    return _labelled(control, inner, compact=compact)


def radios(control: Control, *, apart_note: str, tile: bool, inline: bool) -> str:
    """Radio buttons in a fieldset."""
    css = "pp-choices pp-choices--inline" if inline else "pp-choices"
    inner = f'<div class="{css}">{_choices(control, control.options, "radio", tile=tile)}</div>'
    return _group(control, inner + _apart(control, "radio", css, apart_note))


def checkboxes(control: Control, *, apart_note: str, tile: bool, columns: bool) -> str:
    """Checkboxes in a fieldset, like radio buttons."""
    css = "pp-choices pp-choices--columns" if columns else "pp-choices"
    inner = f'<div class="{css}">{_choices(control, control.options, "checkbox", tile=tile)}</div>'
    return _group(control, inner + _apart(control, "checkbox", "pp-choices", apart_note))


def checkbox(control: Control, *, checked: bool) -> str:
    """One checkbox with its label after it."""
    hint = (
        f'<span class="usa-checkbox__label-description" id="{control.id}-hint">{text(control.hint)}</span>'
        if control.hint
        else ""
    )
    return (
        f'<div class="pp-field usa-form-group{_wrong(control)}">{message(control)}<div class="usa-checkbox">'
        f'<input class="usa-checkbox__input" id="{control.id}" type="checkbox" name="{control.name}"'
        f"{' checked' if checked else ''}{_described(control)}{control.attrs}>"
        f'<label class="usa-checkbox__label" for="{control.id}">{text(control.label)}{hint}</label>'
        "</div></div>"
    )


def _apart(control: Control, kind: str, css: str, apart_note: str) -> str:
    """The answers that are no findings, below a line, with what they cost."""
    if not control.apart:
        return ""
    note_id = f"{control.id}-apart" if apart_note else ""
    note = f'<p class="pp-choices__note" id="{note_id}">{text(apart_note)}</p>' if apart_note else ""
    answers = _choices(control, control.apart, kind, tile=False, note_id=note_id)
    return f'<div class="{css} pp-choices--apart">{answers}{note}</div>'


def _choices(control: Control, options: list[Option], kind: str, *, tile: bool, note_id: str = "") -> str:
    css = f"usa-{kind}__input usa-{kind}__input--tile" if tile else f"usa-{kind}__input"
    return "".join(_choice(control, option, kind, css, note_id) for option in options)


def _choice(control: Control, option: Option, kind: str, css: str, note_id: str) -> str:
    hint = ""
    if option.hint:
        note_id = f"{option.id}-note"
        hint = f'<span class="usa-{kind}__label-description" id="{note_id}">{text(option.hint)}</span>'
    described = f' aria-describedby="{note_id}"' if note_id else ""
    return (
        f'<div class="usa-{kind}"><input class="{css}" id="{option.id}" type="{kind}" name="{control.name}"'
        f' value="{text(option.value)}"{" checked" if option.checked else ""}{described}>'
        f'<label class="usa-{kind}__label" for="{option.id}">{text(option.label)}{hint}</label></div>'
    )


def _labelled(control: Control, inner: str, *, compact: bool) -> str:
    css = f"pp-field usa-form-group{_wrong(control)}{' pp-field--compact' if compact else ''}"
    wrong = " usa-label--error" if control.error else ""
    label = f'<label class="usa-label{wrong}" for="{control.id}">{_label(control)}</label>'
    error = message(control) if control.message else ""
    return f'<div class="{css}">{label}{_hint(control)}{error}{inner}</div>'


def _group(control: Control, inner: str) -> str:
    css = f"pp-field usa-fieldset usa-form-group{_wrong(control)}"
    wrong = " usa-label--error" if control.error else ""
    return (
        f'<fieldset class="{css}"{control.described_by}{control.attrs}>'
        f'<legend class="usa-legend{wrong}">{_label(control)}</legend>'
        f"{_hint(control)}{message(control)}{inner}</fieldset>"
    )


def _label(control: Control) -> str:
    mark = ' <span class="pp-optional">(optional)</span>' if control.optional else ""
    return f"{text(control.label)}{mark}"


def _hint(control: Control) -> str:
    return (
        f'<span class="usa-hint" id="{control.id}-hint">{text(control.hint)}</span>' if control.hint else ""
    )


def message(control: Control) -> str:
    """What is wrong with a control; nothing when all is well."""
    if not control.error:
        return ""
    return f'<span class="usa-error-message" id="{control.id}-error">{control.error}</span>'


def _wrong(control: Control) -> str:
    return " usa-form-group--error" if control.error else ""


def _described(control: Control) -> str:
    return f'{control.described_by} aria-invalid="true"' if control.error else control.described_by


# --- Criteria trees -------------------------------------------------------------------------------


def branch(node: Branch) -> str:
    """One node with everything below it; met branches folded, the others open."""
    words = f'<span class="pp-tree__result">{node.look.word}</span> {text(node.sentence)}'
    sign = icon(node.look.icon)
    if not node.foldable:
        words += _answer(node)
        inner = f'<div class="pp-tree__leaf">{sign}<span class="pp-tree__words">{words}</span></div>'
    else:
        words += f'<span class="pp-tree__source">{text(node.id)}</span>' if node.id else ""
        below = "".join(branch(child) for child in node.children) + _others(node)
        inner = _folding(sign, words, below, is_open=node.is_open, source=node.source)
    return f'<li class="pp-tree__node pp-tree__node--{node.look.tone}">{inner}</li>'


def _folding(sign: str, words: str, below: str, *, is_open: bool, source: str = "") -> str:
    reference = f'<p class="pp-tree__reference">Source: {text(source)}</p>' if source else ""
    return (
        f"<details{' open' if is_open else ''}><summary>{sign}"
        f'<span class="pp-tree__words">{words}</span></summary>{reference}'
        f'<ul class="pp-tree__children">{below}</ul></details>'
    )


def _answer(node: Branch) -> str:
    """Where the fact of a test was answered, or can be."""
    words = (
        f' <span class="pp-tree__source">From {text(node.answered_under)}</span>'
        if node.answered_under
        else ""
    )
    for question in node.questions:
        link = (
            f' <a href="{text(question.url)}">Answer under {text(question.step)}</a>' if question.url else ""
        )
        words += f'<span class="pp-tree__question">{text(question.text)}{link}</span>'
    return words


def _others(node: Branch) -> str:
    """The ways of meeting a policy that did not count, under one line."""
    if not node.others:
        return ""
    count = len(node.others)
    why = "not needed" if node.result == "met" else "further from being met"
    words = f"{count} other paragraph{'' if count == 1 else 's'} {why}"
    below = "".join(branch(child) for child in node.others)
    folded = _folding(icon("more_horiz"), words, below, is_open=False)
    return f'<li class="pp-tree__node pp-tree__node--quiet">{folded}</li>'
