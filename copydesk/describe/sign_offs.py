"""Who else worked on the article (sign-offs), and where it was filed (dateline); both name agencies too."""

from __future__ import annotations

from copydesk.describe.context import Context, Found, evidence_of
from copydesk.grammar.dateline import Dateline, read_dateline
from copydesk.grammar.sign_off import read_sign_off
from copydesk.records import Contributor


def find_contributors(context: Context) -> tuple[Found[tuple[Contributor, ...]] | None, Found[str] | None]:
    """The people of the sign-offs with their roles, and the agency named there."""
    people: list[Contributor] = []
    fed: list[int] = []
    agency: Found[str] | None = None
    for block in context.blocks("sign_off"):
        sign_off = read_sign_off(block.text, context.language)
        if sign_off is None:
            continue
        people += sign_off.contributors
        fed.append(block.number)
        if sign_off.agency and agency is None:
            agency = Found(
                sign_off.agency, evidence_of(block), () if sign_off.contributors else (block.number,)
            )
    found = Found(tuple(dict.fromkeys(people)), f"block:{fed[0]}", tuple(fed)) if people else None
    return found, agency


def find_dateline(context: Context) -> Found[Dateline] | None:
    """The dateline that opens the first paragraph, or stands in a line of its own."""
    for block in context.blocks("dateline"):
        if dateline := read_dateline(f"{block.text} — x") or read_dateline(f"{block.text} x"):
            return Found(dateline, evidence_of(block), (block.number,))
    first = next((item.block for item in context.body if item.label == "body"), None)
    dateline = read_dateline(first.text) if first else None
    return Found(dateline, evidence_of(first)) if first and dateline else None
