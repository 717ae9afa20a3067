"""Formulas of Word and PowerPoint (OMML) as MathML.

Only the structures that people type; anything else keeps the text inside it, so no formula is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from lxml import etree

from content_store.formats.xml_safe import attribute, local

_SCRIPTS = {"double-struck": "double-struck", "script": "script", "fraktur": "fraktur"}


def omml_to_mathml(element: etree._Element, *, display: bool = False) -> str:
    """One `<math>` element for an `m:oMath` or `m:oMathPara`."""
    shown = ' display="block"' if display else ""
    return f"<math{shown}>{_row(element)}</math>"


def _row(element: etree._Element | None) -> str:
    if element is None:
        return "<mrow></mrow>"
    return f"<mrow>{''.join(_node(child) for child in element)}</mrow>"


def _node(element: etree._Element) -> str:
    name = local(element)
    if name == "r":
        return _run(element)
    if name.endswith("Pr"):
        return ""
    convert = _STRUCTURES.get(name)
    return convert(element) if convert else "".join(_node(child) for child in element)


def _part(element: etree._Element, name: str) -> etree._Element | None:
    return next((child for child in element if local(child) == name), None)


def _setting(element: etree._Element, name: str, otherwise: str) -> str:
    """A value from the `…Pr` child."""
    for properties in element:
        if local(properties).endswith("Pr"):
            found = _part(properties, name)
            if found is not None:
                value = attribute(found, "val")
                return otherwise if value is None else value
    return otherwise


def _run(element: etree._Element) -> str:
    text = "".join(child.text or "" for child in element if local(child) == "t")
    properties = _part(element, "rPr")
    if properties is not None and _part(properties, "nor") is not None:
        return f"<mtext>{escape(text)}</mtext>"
    variant = _SCRIPTS.get(_setting(element, "scr", ""), "")
    if not variant and _setting(element, "sty", "i") == "p":
        variant = "normal"
    return _tokens(text, f' mathvariant="{variant}"' if variant else "", whole=variant == "normal")


def _tokens(text: str, variant: str, *, whole: bool) -> str:
    if whole and text.isalpha() and len(text) > 1:
        return f"<mi>{escape(text)}</mi>"
    out: list[str] = []
    number = ""
    for letter in [*text, ""]:
        if letter.isdigit() or (number and letter in {".", ","}):
            number += letter
            continue
        if number:
            out.append(f"<mn>{escape(number)}</mn>")
            number = ""
        if letter.isalpha():
            out.append(f"<mi{variant}>{escape(letter)}</mi>")
        elif letter.strip():
            out.append(f"<mo>{escape(letter)}</mo>")
        elif letter:
            out.append('<mspace width="0.3em"></mspace>')
    return "".join(out)


def _fraction(element: etree._Element) -> str:
    line = ' linethickness="0"' if _setting(element, "type", "bar") == "noBar" else ""
    return f"<mfrac{line}>{_row(_part(element, 'num'))}{_row(_part(element, 'den'))}</mfrac>"


def _scripts(tag: str, *parts: str) -> Callable[[etree._Element], str]:
    def convert(element: etree._Element) -> str:
        return f"<{tag}>{''.join(_row(_part(element, part)) for part in parts)}</{tag}>"

    return convert


def _pre_scripts(element: etree._Element) -> str:
    sub, sup = _row(_part(element, "sub")), _row(_part(element, "sup"))
    return f"<mmultiscripts>{_row(_part(element, 'e'))}<mprescripts></mprescripts>{sub}{sup}</mmultiscripts>"


def _radical(element: etree._Element) -> str:
    degree = _part(element, "deg")
    if degree is None or len(degree) == 0 or _setting(element, "degHide", "0") in {"1", "on", "true"}:
        return f"<msqrt>{_row(_part(element, 'e'))}</msqrt>"
    return f"<mroot>{_row(_part(element, 'e'))}{_row(degree)}</mroot>"


def _nary(element: etree._Element) -> str:
    sign = f"<mo>{escape(_setting(element, 'chr', '∫'))}</mo>"
    sub, sup = _part(element, "sub"), _part(element, "sup")
    sides = _setting(element, "limLoc", "undOvr") == "subSup"
    limits = [part for part in (sub, sup) if part is not None and len(part)]
    if len(limits) == 2:
        tag = "msubsup" if sides else "munderover"
    elif limits and limits[0] is sub:
        tag = "msub" if sides else "munder"
    else:
        tag = "msup" if sides else "mover"
    bounded = f"<{tag}>{sign}{''.join(map(_row, limits))}</{tag}>" if limits else sign
    return bounded + _row(_part(element, "e"))


def _delimiters(element: etree._Element) -> str:
    opening, closing = _setting(element, "begChr", "("), _setting(element, "endChr", ")")
    separator = f"<mo>{escape(_setting(element, 'sepChr', '|'))}</mo>"
    inner = separator.join(_row(child) for child in element if local(child) == "e")
    left = f"<mo>{escape(opening)}</mo>" if opening else ""
    return f"<mrow>{left}{inner}{f'<mo>{escape(closing)}</mo>' if closing else ''}</mrow>"


def _over(default: str) -> Callable[[etree._Element], str]:
    def convert(element: etree._Element) -> str:
        mark = _setting(element, "chr", default)
        below = _setting(element, "pos", "top") == "bot"
        tag = "munder" if below else "mover"
        return f"<{tag}>{_row(_part(element, 'e'))}<mo>{escape(mark)}</mo></{tag}>"

    return convert


def _matrix(element: etree._Element) -> str:
    rows = [child for child in element if local(child) == "mr"]
    cells = ("".join(f"<mtd>{_row(cell)}</mtd>" for cell in row if local(cell) == "e") for row in rows)
    return f"<mtable>{''.join(f'<mtr>{row}</mtr>' for row in cells)}</mtable>"


def _lines(element: etree._Element) -> str:
    rows = (f"<mtr><mtd>{_row(line)}</mtd></mtr>" for line in element if local(line) == "e")
    return f"<mtable>{''.join(rows)}</mtable>"


_STRUCTURES: dict[str, Callable[[etree._Element], str]] = {
    "f": _fraction,
    "sSup": _scripts("msup", "e", "sup"),
    "sSub": _scripts("msub", "e", "sub"),
    "sSubSup": _scripts("msubsup", "e", "sub", "sup"),
    "sPre": _pre_scripts,
    "limLow": _scripts("munder", "e", "lim"),
    "limUpp": _scripts("mover", "e", "lim"),
    "rad": _radical,
    "nary": _nary,
    "d": _delimiters,
    "acc": _over("\u0302"),
    "bar": _over("\u00af"),
    "groupChr": _over("\u23df"),
    "m": _matrix,
    "eqArr": _lines,
}
