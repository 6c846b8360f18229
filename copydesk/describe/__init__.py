"""The fields of an article, each with its evidence: `describe(page, labelled, now=…)`.

A field is the sidecar's, else what the page's claims and its visible blocks say, else None; never a guess from prose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from copydesk.describe.authors import Credits, find_authors
from copydesk.describe.context import Found, first_context
from copydesk.describe.dates import date_order, find_dates, outlet_zone
from copydesk.describe.headline import find_dek, find_headline, headline_repeats
from copydesk.describe.images import find_images
from copydesk.describe.language import find_language
from copydesk.describe.outlet import find_outlet, outlet_names
from copydesk.describe.sign_offs import find_contributors, find_dateline
from copydesk.describe.subjects import find_section, find_tags
from copydesk.describe.url import find_url, registered_domain
from copydesk.records import Description, Labelled, Page

__all__ = ["describe"]

Value = TypeVar("Value")


def describe(page: Page, labelled: Sequence[Labelled], *, now: datetime) -> Description:
    """The metadata of one article and which blocks fed it; `now` (aware) bounds its dates."""
    notes = _Notes()
    context = first_context(page, labelled, now)
    url = notes.take("url", find_url(context))
    domain = registered_domain(url) if url else None
    context = replace(context, url=url, domain=domain)
    outlet = notes.take("outlet", find_outlet(context))
    language = notes.take("language", find_language(context))
    names = outlet_names(context, outlet, domain)
    context = replace(
        context, taken=frozenset(notes.fed), outlet=outlet, outlet_names=names, language=language
    )
    context = replace(context, zone=outlet_zone(context), order=date_order(context))
    headline = notes.take("headline", find_headline(context))
    notes.feed("headline", headline_repeats(context, headline))
    dek = notes.take("dek", find_dek(context))
    credits = find_authors(context)
    notes.take_credits(credits)
    dates = find_dates(context)
    published, updated = notes.take("published_at", dates.published), notes.take("updated_at", dates.updated)
    signed, signed_agency = find_contributors(context)
    contributors = (*(notes.take("contributors", signed) or ()), *credits.contributors)
    dateline = find_dateline(context)
    notes.take("dateline", dateline if dateline and dateline.value.place else None)
    agency = credits.agency or notes.take("agency", signed_agency)
    if agency is None and dateline is not None and dateline.value.agency:
        agency = notes.take("agency", Found(dateline.value.agency, dateline.evidence))
    return Description(
        url=url,
        domain=domain,
        outlet=outlet,
        headline=headline,
        dek=dek,
        authors=credits.authors,
        contributors=tuple(dict.fromkeys(contributors)),
        agency=agency,
        published=published,
        updated=updated,
        dateline=dateline.value.place if dateline else None,
        language=language,
        section=notes.take("section", find_section(context)),
        tags=notes.take("tags", find_tags(context)) or (),
        images=notes.take("images", find_images(context)) or (),
        field_sources=tuple(sorted(notes.sources.items())),
        fed=tuple(sorted(notes.fed.items())),
    )


class _Notes:
    """Collects the evidence of the fields and the blocks that fed them; a block's first field stays."""

    def __init__(self) -> None:
        self.sources: dict[str, str] = {}
        self.fed: dict[int, str] = {}

    def take(self, field: str, found: Found[Value] | None) -> Value | None:
        """The value of a finding, noted."""
        if found is None:
            return None
        self.sources[field] = found.evidence
        self.feed(field, found.fed)
        return found.value

    def take_credits(self, credits: Credits) -> None:
        """Authors and agency, whose blocks may feed either."""
        if credits.authors:
            self.sources["authors"] = credits.evidence
        if credits.agency:
            self.sources["agency"] = credits.agency_evidence
        self.fed.update(credits.fed)

    def feed(self, field: str, blocks: tuple[int, ...]) -> None:
        for number in blocks:
            self.fed.setdefault(number, field)
