"""Pages as a browser takes them: what it would send, and what it would call each control."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from lxml import html  # type: ignore[import-untyped]

CONTROLS = ".//input[not(@type='hidden')] | .//select | .//textarea | .//button"
SILENT = {"submit", "button", "reset", "image", "file"}
"""Controls whose value is sent only when they are used."""


def tree_of(text: str) -> Any:
    """A page or a part of one as a tree."""
    return html.fromstring(f"<div>{text}</div>")


def sent_by(tree: Any) -> dict[str, list[str]]:
    """What the controls in a tree send as they stand, without any button; lines end with CRLF."""
    fields: dict[str, list[str]] = {}
    for control in tree.xpath(".//input | .//select | .//textarea"):
        name = control.get("name")
        if not name or any(parent.tag == "template" for parent in control.iterancestors()):
            continue
        for value in values_of(control):
            fields.setdefault(name, []).append(value)
    return fields


def values_of(control: Any) -> list[str]:
    """The values that one control sends; none for a box that is not ticked."""
    if control.tag == "textarea":
        # The parser of HTML 5 drops one newline after the tag; lxml keeps it.
        text = (control.text or "").replace("\r\n", "\n").removeprefix("\n")
        return [text.replace("\n", "\r\n")]
    if control.tag == "select":
        chosen = control.xpath(".//option[@selected]") or control.xpath(".//option")[:1]
        return [option.get("value", option.text_content()) for option in chosen]
    kind = control.get("type")
    if kind in SILENT or control.get("disabled") is not None:
        return []
    if kind in {"radio", "checkbox"} and control.get("checked") is None:
        return []
    return [control.get("value", "on" if kind in {"radio", "checkbox"} else "")]


def nameless(tree: Any) -> list[str]:
    """Controls that a screen reader would have no name for."""
    return [
        html.tostring(control, encoding="unicode", with_tail=False)[:200]
        for control in tree.xpath(CONTROLS)
        if not name_of(tree, control)
    ]


def name_of(tree: Any, control: Any) -> str:
    """What a screen reader calls a control."""
    named = [
        control.get("aria-label"),
        control.get("alt") if control.get("type") == "image" else None,
        *(_text(tree, name) for name in (control.get("aria-labelledby") or "").split()),
        *_labels(tree, control),
        control.text_content() if control.tag == "button" else None,
    ]
    return " ".join(" ".join(filter(None, named)).split())


def _labels(tree: Any, control: Any) -> Iterator[str]:
    if control.get("id"):
        for label in tree.xpath(".//label[@for=$id]", id=control.get("id")):
            yield label.text_content()
    for parent in control.iterancestors("label"):
        yield parent.text_content()


def _text(tree: Any, name: str) -> str:
    found = tree.xpath(".//*[@id=$id]", id=name)
    return found[0].text_content() if found else ""


def loose_ends(tree: Any) -> list[str]:
    """Labels and descriptions that lead nowhere, and ids that are there twice."""
    counts = Counter(tree.xpath(".//@id"))
    found = [f"{name} is there {count} times" for name, count in counts.items() if count > 1]
    for label in tree.xpath(".//label"):
        holds = label.xpath(".//input | .//select | .//textarea")
        if not holds and label.get("for") not in counts:
            found.append(f"the label {label.text_content()!r} is tied to nothing")
    for attribute in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
        for value in tree.xpath(f".//@{attribute}"):
            found += [f"{attribute}={name}" for name in value.split() if name not in counts]
    return found
