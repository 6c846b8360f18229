"""Error and consent pages are refused as what they are; stories that resemble them stay."""

import pytest

from copydesk.desk import edit, load_kit
from copydesk.label.notices import find_notice
from copydesk.pipeline import new_run
from copydesk.records import Block, Label, Labelled, Link, Page, RawPage

STORY = (
    "The council of Port Harrow voted on Tuesday to close the old bridge for two years, after engineers found cracks "
    "in three of its pillars. Traders on the eastern bank said that they had not been told. “We read it on a poster,” "
    "said Ilka Dorrin, who sells bread there. Work begins in May and is to cost 12 million crowns, which the ministry "
    "has promised to pay in full, according to a letter that the mayor read out at the end of the session."
)

ERRORS = {
    "a server": "<title>404 Not Found</title><h1>Not Found</h1><p>The requested URL /news/7 was not found on this server.</p>",
    "an outlet": """<title>Page not found | The Harrow Gazette</title><nav><a href=/a>News</a><a href=/b>Sport</a></nav>
        <h1>Sorry!</h1><p>The page you are looking for has moved or never was. Try the search, or write to us.</p>
        <footer>© The Harrow Gazette</footer>""",
    "a robot check": """<title>Just a moment...</title><h1>gazette.example</h1><p>Checking if the site connection is secure</p>
        <p>gazette.example needs to review the security of your connection before proceeding.</p>""",
    "a firewall": """<title>Access Denied</title><h1>Access Denied</h1><p>You don't have permission to access
        "http://gazette.example/story" on this server.</p><p>Reference #18.2f5 </p>""",
    "no script": """<title>gazette.example</title><p>Please enable JavaScript and cookies to continue</p>""",
    "German": """<title>Fehler 404 - Nordlicht Zeitung</title><h1>Seite nicht gefunden</h1>
        <p>Die von Ihnen aufgerufene Seite gibt es hier nicht mehr.</p>""",
    "French": """<title>Erreur 404 : page introuvable</title><p>La page que vous recherchez a été déplacée.</p>""",
    "Russian": """<title>Страница не найдена</title><h1>404</h1><p>Запрашиваемая страница была удалена.</p>""",
    "Japanese": """<title>ページが見つかりません｜北灯新聞</title><p>お探しのページは移動した可能性があります。</p>""",
    "a dump": "502 Bad Gateway\n\nnginx/1.24.0\n",
}
CONSENTS = {
    "English": """<title>The Harrow Gazette</title><h1>Before you continue</h1><p>We and our 412 partners store and/or access
        information on a device, such as cookies, and process personal data, such as unique identifiers, for personalised
        advertising and content.</p><p>Some partners rely on their legitimate interest; you may withdraw your consent
        at any time at the foot of each page.</p><button>Accept all</button><button>Manage options</button>""",
    "German": """<title>Zustimmung</title><p>Mit Werbung weiterlesen: Besuchen Sie uns wie gewohnt mit personalisierter Werbung
        und Tracking. Die Zustimmung ist jederzeit widerrufbar.</p><p>Wir und unsere bis zu 190 Partner verarbeiten Ihre
        Daten und nutzen Cookies, um Informationen auf einem Gerät speichern und abrufen zu können.</p>
        <p>Oder lesen Sie im Pur-Abo ohne Werbung und Tracking.</p><button>Alle akzeptieren</button>""",
    "a dump": """We value your privacy\n\nWe and our partners use cookies and similar technologies to store and/or access
information on a device. You can change your choices at any time. Precise geolocation data may be used, and device scanning.
\n\nAccept all\n\nReject all\n""",
}  # fmt: skip


def outcome(text):
    rows = edit(RawPage("page", "page", text.encode()), new_run(), load_kit())
    return rows.source.error or rows.source.status, rows


@pytest.mark.parametrize("kind", ERRORS)
def test_an_error_page_is_no_article(kind):
    error, rows = outcome(ERRORS[kind])
    assert error == "error-page", rows.source.message
    assert rows.source.status == "quarantined"
    assert [row.block for row in rows.removals] == list(range(len(rows.removals)))


@pytest.mark.parametrize("kind", CONSENTS)
def test_a_consent_wall_is_no_article(kind):
    error, rows = outcome(CONSENTS[kind])
    assert error == "consent-page", rows.source.message
    assert rows.removals
    assert rows.article is None


NAMES = [
    "Mill owner fined for spill",
    "Council backs ferry line",
    "Storm warning for Friday",
    "Harbour bridge to close",
]
LINKS = "".join(f"<li><a href=/{n}>{name}</a></li>" for n, name in enumerate(NAMES))


def test_a_list_of_links_is_no_article():
    error, rows = outcome(f"<title>The Harrow Gazette</title><ul>{LINKS}</ul>")
    assert error in ("list-page", "no-body"), rows.source.message
    assert len(rows.removals) == len(NAMES)


@pytest.mark.parametrize("mark", ["<p>{}</p>", "{}\n\n"])
def test_a_wall_without_a_story_is_no_article(mark):
    wall = [
        "Subscribe to continue reading", "This article is for subscribers only.", "Already a subscriber? Log in",
        "Get unlimited access for $1 a week. Cancel any time.", "Why subscribe?",
        "Unlimited access to all our stories on web and app.", "Exclusive newsletters from our reporters.",
    ]  # fmt: skip
    error, rows = outcome("".join(map(mark.format, wall)))
    assert error in ("boilerplate-page", "no-body"), rows.source.message
    assert rows.article is None


@pytest.mark.parametrize(
    "text",
    [
        "The ferry sails again from Monday, the harbour office said.\n\n"
        "Sign up for our newsletter to get the morning's news in your inbox.\n\n"
        "Subscribe now for $1 a week and get unlimited access to all our stories.",
        f"<title>Access denied | The Harrow Gazette</title><h1>Access denied</h1><p>{STORY}</p><p>So far.</p>",
        f"<h1>Not found: the bridge that maps forgot</h1><p>{STORY}</p>",
        f"<h1>Bridge closes</h1><p>{STORY}</p><div class=cookie>{CONSENTS['English']}</div>",
        "<h1>Ferry sails again</h1><p>The ferry to Castrel sails again from Monday, the harbour office said on Friday.</p>",
        "<h1>Regulator fines adverts firm</h1><p>The regulator of Velmora fined Quillmark 3 million crowns on Monday, because "
        "its banners made it hard to reject all cookies.</p><p>The firm said it would appeal. Its lawyer, Bram Lorne, called "
        "the ruling a surprise, and said that readers had always been free to leave.</p><p>A consumers' group welcomed it: “At "
        "last somebody counts the clicks,” said its head, Sela Marsh, outside the court in Port Harrow.</p>",
    ],
)  # fmt: skip
def test_a_story_that_resembles_one_stays(text):
    assert outcome(text)[0] == "article"


def labelled(*rows: tuple[Label, str], linked: bool = False) -> tuple[Labelled, ...]:
    return tuple(
        Labelled(
            Block(n, text, "paragraph", links=(Link(text, "/a", 0, len(text)),) if linked else ()),
            label,
            "test",
        )
        for n, (label, text) in enumerate(rows)
    )


def notice_of(items: tuple[Labelled, ...]) -> str | None:
    notice = find_notice(Page("a", "html", tuple(item.block for item in items)), items)
    return notice.code if notice else None


def test_body_of_links_alone_is_a_list():
    rows = [("body", name) for name in NAMES]
    assert notice_of(labelled(*rows, linked=True)) == "list-page"
    assert notice_of(labelled(*rows)) is None


def test_a_few_words_beside_a_wall_are_no_story():
    wall = (
        "paywall_notice",
        "Get unlimited access to all our stories for one crown a week, and cancel when you like.",
    )
    rest = ("body", "Why subscribe?")
    assert notice_of(labelled(wall, rest)) == "boilerplate-page"
    assert notice_of(labelled(("headline", "Ferry sails"), wall, rest)) is None
    sentence = ("body", "The ferry sails again from Monday, they said.")
    assert notice_of(labelled(wall, sentence)) is None
