"""Files that hold no article: error and consent pages, lists, live blogs, boilerplate alone, pictures under a page's name."""

from __future__ import annotations

from collections.abc import Iterator

from hostile.kit import ANY, ARTICLE, REFUSED, Input, of, story

ERRORS: dict[str, tuple[str, str]] = {
    "not-found": ("404 Not Found", "The page you requested could not be found. It may have been moved or deleted. Please check the address or go back to our home page."),
    "not-found-friendly": ("Page not found", "Sorry, we can't find the page you are looking for. Try a search or return to the homepage."),
    "gone": ("410 Gone", "This article is no longer available."),
    "forbidden": ("403 Forbidden", "You don't have permission to access this resource on this server."),
    "denied": ("Access Denied", "You don't have permission to access \"http://tarn-observer.example/a\" on this server. Reference #18.2d3e4f5a.1714629600.1a2b3c4d"),
    "server": ("500 Internal Server Error", "The server encountered an internal error and was unable to complete your request. Please try again later."),
    "gateway": ("502 Bad Gateway", "nginx/1.18.0"),
    "unavailable": ("503 Service Unavailable", "The server is temporarily unable to service your request due to maintenance downtime or capacity problems. Please try again later."),
    "timeout": ("504 Gateway Time-out", "The server didn't respond in time."),
    "robot": ("Are you a robot?", "We have detected unusual activity from your network. To continue, please click the box below to let us know you're not a robot."),
    "checking": ("Just a moment...", "Checking your browser before accessing the site. This process is automatic. Enable JavaScript and cookies to continue."),
    "javascript": ("JavaScript is disabled", "Please enable JavaScript in your browser and reload the page to proceed."),
    "region": ("Unavailable for legal reasons", "We recognise you are attempting to access this website from a country belonging to the European Economic Area and therefore cannot grant you access at this time."),
    "fehler": ("Seite nicht gefunden", "Die von Ihnen aufgerufene Seite existiert leider nicht. Bitte prüfen Sie die Adresse oder kehren Sie zur Startseite zurück."),
    "erreur": ("Page introuvable", "La page que vous recherchez n'existe pas ou a été déplacée. Retournez à la page d'accueil."),
}  # fmt: skip
CONSENTS: dict[str, tuple[str, str]] = {
    "before-you-continue": ("Before you continue", "We use cookies and data to deliver and maintain our services, measure audience engagement and show personalised ads. If you choose to accept all, we will also use cookies to improve new services. Accept all. Reject all. More options."),
    "privacy": ("We value your privacy", "We and our 812 partners store and access information on a device, such as cookies, and process personal data for personalised advertising and content. With your permission we and our partners may use precise geolocation data. You may click to consent to our processing as described above."),
    "einwilligung": ("Mit Werbung weiterlesen", "Besuchen Sie unsere Seite wie gewohnt mit Werbung und Tracking. Wir und unsere Partner verwenden Cookies und verarbeiten personenbezogene Daten. Sie können Ihre Zustimmung jederzeit widerrufen. Akzeptieren und weiter."),
    "consentement": ("Le respect de votre vie privée", "Avec votre accord, nous et nos partenaires utilisons des cookies pour stocker et accéder à des données personnelles. Accepter et continuer. Paramétrer. Continuer sans accepter."),
}  # fmt: skip

_FILES: dict[str, bytes] = {
    "picture.html": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 200,
    "photo.html": b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 200,
    "paper.html": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n" * 50,
    "program.txt": b"\x7fELF\x02\x01\x01" + b"\0" * 3000,
    "base.html": b"SQLite format 3\x00" + b"\0" * 3000,
    "office.html": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 3000,
    "font.html": b"wOF2" + bytes(range(256)) * 20,
    "film.html": b"\0\0\0\x20ftypisom" + bytes(range(256)) * 20,
    "noise.html": bytes((n * 7919 + n // 3) % 256 for n in range(50_000)),
    "noise.txt": bytes((n * 104729 + n // 7) % 256 for n in range(50_000)),
    "pickle.txt": b"\x80\x04\x95\x1e\0\0\0\0\0\0\0\x8c\x05posix\x8c\x06system\x93\x8c\x02id\x85R.",
    "rtf.txt": b"{\\rtf1\\ansi The news of the day}",
    "svg.html": b"<svg xmlns='http://www.w3.org/2000/svg'><text>news</text></svg>",
}


def inputs() -> Iterator[Input]:
    for name, (title, text) in ERRORS.items():
        page = f"<!doctype html><html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>"
        yield of(f"pages/error/{name}.html", page, "quarantined/error-page")
    for name, (title, text) in CONSENTS.items():
        buttons = "<button>Accept all</button><button>Reject all</button><a href=/privacy>Privacy policy</a>"
        page = f"<html><head><title>{title}</title></head><body><h2>{title}</h2><p>{text}</p>{buttons}</body></html>"
        yield of(f"pages/consent/{name}.html", page, "quarantined/consent-page")
    for name, content in _FILES.items():
        yield of(f"pages/files/{name}", content, REFUSED)
    nav = "".join(
        f"<li><a href=/{n}>{word}</a></li>"
        for n, word in enumerate("Home World Sport Culture Opinion Video".split())
    )
    yield of(
        "pages/boilerplate/menu.html",
        f"<html><body><nav><ul>{nav}</ul></nav><footer>© 2024 All rights reserved</footer></body></html>",
        REFUSED,
    )
    yield of(
        "pages/boilerplate/share.txt",
        "Share this article\n\nSubscribe to our newsletter\n\n© 2024 All rights reserved\n",
        REFUSED,
    )
    yield of(
        "pages/boilerplate/appeal.html",
        "<html><body><p>Support independent journalism with a gift today.</p><p>Sign up for our newsletter</p></body></html>",
        ANY,
    )
    heads = "".join(
        f"<article><h2><a href=/{n}>{story(f'list-{n}').headline}</a></h2><p>{story(f'list-{n}').paragraphs[0][:80]}…</p></article>"
        for n in range(30)
    )
    yield of(
        "pages/lists/front.html",
        f"<html><head><title>Latest news</title></head><body><ul>{nav}</ul>{heads}</body></html>",
        ANY,
    )
    links = "".join(f"<li><a href=/{n}>{story(f'links-{n}').headline}</a></li>" for n in range(60))
    yield of("pages/lists/links.html", f"<html><body><h1>Archive</h1><ul>{links}</ul></body></html>", ANY)
    entries = "".join(
        f"<div class=live-entry><time datetime='2024-05-02T{n % 24:02d}:{n % 60:02d}:00Z'>{n % 24:02d}:{n % 60:02d}</time><h3>{story(f'live-{n}').headline}</h3>"
        + "".join(f"<p>{p}</p>" for p in story(f"live-{n}").paragraphs[:2]) + "</div>"
        for n in range(300)
    )  # fmt: skip
    yield of(
        "pages/live/blog.html",
        f"<html><head><title>Live: the ferry talks</title></head><body><h1>Live: the ferry talks</h1>{entries}</body></html>",
        ARTICLE,
    )
    yield of(
        "pages/live/blog.txt",
        "Live: the ferry talks\n\n"
        + "\n\n".join(f"{n % 24:02d}:{n % 60:02d}\n\n{story(f'lt-{n}').paragraphs[0]}" for n in range(300)),
        ARTICLE,
    )
    # Stories about errors and consent are stories.
    for name, lede in (
        ("error", "Thousands of readers saw “404 Not Found” instead of the council's pages on Monday, and the server was down until noon."),
        ("consent", "The regulator of Velmora fined two firms for cookie banners that said “we value your privacy” and left no way to refuse."),
        ("robot", "“Are you a robot?” asked the box that kept residents from paying their water bills for a week, the ombudsman said."),
    ):  # fmt: skip
        told = story(f"about-{name}")
        yield of(f"pages/about/{name}.html", told.html(before=f"<p>{lede}</p>"), ARTICLE)
        yield of(
            f"pages/about/{name}.txt",
            f"{told.headline}\n\n{lede}\n\n{told.paragraphs[0]}\n\n{told.paragraphs[1]}\n",
            ARTICLE,
        )
