"""Pages whose markup is the attack: depth, width, attributes, entities, scripts, claims without end."""

from __future__ import annotations

import json
from collections.abc import Iterator

from hostile.kit import ANY, ARTICLE, REFUSED, Input, late, of, story


def inputs() -> Iterator[Input]:
    for name, (before, outcome) in _BODIES.items():
        yield of(f"markup/{name}.html", story(name).html(before=before), outcome)
    for name, head in _heads().items():
        yield of(f"markup/head/{name}.html", story(name).html(head=head), ARTICLE)
    for name, text in _WHOLE.items():
        yield of(f"markup/whole/{name}.html", text, ANY)
    yield from _large()


_BODIES: dict[str, tuple[str, str]] = {
    "nested-100000": ("<div>" * 100_000, REFUSED),
    "nested-2000": ("<div>" * 1_900, ANY),
    "nested-spans": ("<span>" * 100_000 + "x", ANY),
    "nested-bold": ("<b><i><u>" * 30_000, ANY),
    "nested-lists": ("<ul><li>" * 50_000, ANY),
    "nested-tables": ("<table><tr><td>" * 20_000, ANY),
    "nested-quotes": ("<blockquote>" * 30_000, ANY),
    "nested-forms": ("<form><fieldset>" * 20_000, ANY),
    "nested-links": ("<a href=x>" * 100_000, ANY),
    "nested-fonts-unclosed": ("<font><p>" * 20_000, ANY),
    "svg-and-math": ("<svg><math><svg><desc>" * 500 + "<p>in</p>", ANY),
    "attributes-million": ("<p " + " ".join(f"a{n}=1" for n in range(1_000_000)) + ">x</p>", REFUSED),
    "attributes-same-name": ("<p " + "a " * 300_000 + ">x</p>", ANY),
    "attributes-many-tags": ("<p a=1 b=2 c=3 d=4 e=5 f=6>" * 40_000, ANY),
    "attribute-long": ('<p class="' + "c " * 2_000_000 + '">x</p>', ANY),
    "attribute-unclosed": ('<p title="' + "x" * 2_000_000, ANY),
    "attribute-quotes": ("<p " + "\"'" * 500_000 + ">x", ANY),
    "tag-name-long": ("<" + "p" * 1_000_000 + ">x", ANY),
    "tag-names-odd": ("<p\x01:ñ><::><1><%><p/p/p>" * 5_000, ANY),
    "classes-many": ('<p class="share related promo ad ' * 5_000 + '">x</p>', ANY),
    "style-hides-all": ("<style>* {display: none}</style>" * 1_000, ARTICLE),
    "comments-many": ("<!-- x -->" * 100_000, ARTICLE),
    "comment-unclosed": ("<!--" + "-" * 500_000, ANY),
    "comment-dashes": ("<!--" + "- " * 500_000 + "-->", ARTICLE),
    "comment-conditional": ("<!--[if IE]>" * 20_000 + "x<![endif]-->", ANY),
    "cdata": ("<![CDATA[" * 20_000 + "]]>", ANY),
    "processing": ("<?php " * 20_000 + "?>", ANY),
    "script-unclosed": ("<script>" + "var a = '</scr' + 'ipt>';" * 20_000, ANY),
    "script-escapes": ("<script><!--<script>" * 10_000 + "--></script>", ANY),
    "entities-many": ("<p>" + "&amp;" * 300_000 + "</p>", ANY),
    "entities-unknown": ("<p>" + "&nosuchthing;" * 100_000 + "</p>", ANY),
    "entities-numeric": ("<p>" + "&#x110000;&#0;&#xD800;&#99999999999;" * 20_000 + "</p>", ANY),
    "entities-open": ("<p>" + "&" * 1_000_000 + "</p>", ANY),
    "less-thans": ("<" * 1_000_000, ANY),
    "breaks-many": ("<p>" + "x<br>" * 45_000 + "</p>", ANY),
    "rules-many": ("<hr>" * 200_000, ARTICLE),
    "paragraphs-49999": ("<p>x</p>" * 49_900, ANY),
    "paragraphs-200000": ("<p>x</p>" * 200_000, REFUSED),
    "paragraphs-empty": ("<p></p>" * 400_000, ANY),
    "cells-many": ("<table><tr>" + "<td>x" * 60_000 + "</table>", ANY),
    "colspan-huge": ("<table><tr><td colspan=99999999 rowspan=99999999>x</table>" * 100, ARTICLE),
    "options-many": ("<select>" + "<option>x" * 60_000 + "</select>", ANY),
    "images-many": ("<figure>" + "<img src=x alt='a picture'>" * 30_000 + "</figure>", ANY),
    "image-data": ("<figure><img src='data:image/png;base64," + "A" * 5_000_000 + "'></figure>", ARTICLE),
    "links-many": ("<p>" + "<a href='//x.example/?a=1'>x</a> " * 40_000 + "</p>", ANY),
    "link-long": ("<p><a href='http://x.example/" + "a/" * 1_000_000 + "'>x</a></p>", ARTICLE),
    "links-bad": ("<p>" + "<a href='http://[::1'>x</a><a href='//['>y</a><a href='ht!tp://%zz'>z</a>" * 2_000 + "</p>", ARTICLE),
    "base-tricks": ("<base href='file:///etc/'>" * 1_000 + "<p><a href=passwd>x</a></p>", ARTICLE),
    "iframes": ("<iframe src='file:///etc/passwd'></iframe><object data='http://127.0.0.1:1/'></object>" * 500, ARTICLE),
    "plaintext": ("<plaintext>" * 3, ANY),
    "noscript": ("<noscript>" * 20_000, ANY),
    "template": ("<template><p>hidden words</p></template>" * 5_000, ANY),
    "frameset": ("<frameset><frame src=x><noframes>" * 500, ANY),
    "textarea-unclosed": ("<textarea>", ANY),
    "title-unclosed": ("<title>", ANY),
    "pre-spaces": ("<pre>" + " \n\t" * 500_000 + "</pre>", ANY),
    "one-word": ("<p>" + "x" * 5_000_000 + "</p>", ANY),
    "one-paragraph": ("<p>" + "word " * 1_000_000 + "</p>", ANY),
    "times-many": ("<time datetime='2024-05-02'>May 2, 2024</time>" * 10_000, ANY),
    "headings-many": ("<h2>A heading of the page</h2>" * 20_000, ANY),
    "captions-many": ("<figure><figcaption>Photo: Ana Roche</figcaption></figure>" * 5_000, ANY),
    "bylines-many": ("<p class=byline>By Ana Roche</p>" * 10_000, ANY),
    "itemprops-many": ("<div itemscope itemtype='http://schema.org/NewsArticle'><span itemprop=author>" * 900, ANY),
    "itemprops-flat": ("<meta itemprop=author content='Ana Roche'>" * 50_000, ARTICLE),
    "rels-many": ("<a rel=author href=/a>Ana Roche</a>" * 10_000, ANY),
    "lists-of-links": ("<ul>" + "<li><a href=/a>A headline of another story here</a></li>" * 10_000 + "</ul>", ANY),
}  # fmt: skip


def _ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


def _heads() -> dict[str, str]:
    cyclic = {"@id": "#a", "@type": "NewsArticle", "isPartOf": {"@id": "#b"}, "author": {"@id": "#a"}}
    graph = [cyclic, {"@id": "#b", "@type": "NewsArticle", "hasPart": {"@id": "#a"}, "author": {"@id": "#b"}}]
    return {
        "ld-nested-lists": _ld("[" * 200_000 + "]" * 200_000),
        "ld-nested-objects": _ld('{"a":' * 100_000 + "1" + "}" * 100_000),
        "ld-nested-authors": _ld('{"@type":"NewsArticle","author":' * 400 + "null" + "}" * 400),
        "ld-cyclic": _ld(json.dumps({"@graph": graph})),
        "ld-wide": _ld(json.dumps({"@graph": [{"@type": "NewsArticle", "headline": f"h{n}"} for n in range(30_000)]})),
        "ld-many": _ld('{"@type": "NewsArticle", "headline": "one of many"}') * 5_000,
        "ld-types": _ld(json.dumps({"@type": 7, "headline": {"a": []}, "author": [[[[1]]]], "datePublished": [{}]})),
        "ld-type-list": _ld(json.dumps({"@type": ["NewsArticle"] * 50_000, "headline": ["x"] * 50_000})),
        "ld-500-authors": _ld(json.dumps({"@type": "NewsArticle", "author": [{"name": f"Ana{n} Roche"} for n in range(500)]})),
        "ld-50000-authors": _ld(json.dumps({"@type": "NewsArticle", "author": [f"Ana Roche{n}" for n in range(50_000)]})),
        "ld-long-author": _ld(json.dumps({"@type": "NewsArticle", "author": "Ana Roche, " * 20_000})),
        "ld-long-body": _ld(json.dumps({"@type": "NewsArticle", "articleBody": "word " * 1_000_000})),
        "ld-long-date": _ld(json.dumps({"@type": "NewsArticle", "datePublished": "2024-" * 100_000})),
        "ld-numbers": _ld('{"@type":"NewsArticle","datePublished":' + "9" * 100_000 + "}"),
        "ld-nan": _ld('{"@type":"NewsArticle","datePublished":NaN,"headline":Infinity}'),
        "ld-surrogates": _ld('{"@type":"NewsArticle","headline":"\\ud800 x \\udfff","author":"\\ud83d"}'),
        "ld-nul": _ld('{"@type":"NewsArticle","headline":"a\\u0000b\\u001b[31m"}'),
        "ld-cut": _ld('{"@type":"NewsArticle","headline":"' + "x" * 100_000),
        "ld-commas": _ld("{" + "," * 200_000 + "}"),
        "ld-quotes": _ld('{"a":"' + '\\"' * 200_000 + '"}'),
        "ld-backslashes": _ld('{"a":"' + "\\" * 200_001 + '"}'),
        "ld-comments": _ld("/*" * 100_000 + "//" * 100_000),
        "meta-many": "<meta property='article:author' content='Ana Roche'>" * 20_000,
        "meta-keywords": f"<meta name=keywords content='{'news, ' * 200_000}'>",
        "meta-long": f"<meta property='og:title' content='{'A long title ' * 100_000}'>",
        "meta-date-bait": f"<meta property='article:published_time' content='{'?' * 100_000}'>",
        "meta-refresh": "<meta http-equiv=refresh content='0;url=file:///etc/passwd'>" * 100,
        "canonical-many": "<link rel=canonical href='https://x.example/a'>" * 20_000,
        "canonical-long": f"<link rel=canonical href='https://tarn.example/{'a' * 1_000_000}'>",
        "canonical-bad": "<link rel=canonical href='https://[half.an.address/'><meta property='og:url' content='http://'>",
        "canonical-script": "<link rel=canonical href='javascript:alert(1)'>",
        "canonical-port": "<link rel=canonical href='https://tarn.example:99999999/a'>",
        "canonical-userinfo": "<link rel=canonical href='https://user:pass\x1b@tarn.example/\n../../x'>",
        "lang-long": "<meta http-equiv=content-language content='" + "en-" * 50_000 + "'>",
        "stylesheets": "<link rel=stylesheet href='http://127.0.0.1:1/x.css'><script src='file:///dev/zero'></script>" * 50,
    }  # fmt: skip


_ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
_PROSE = "".join(f"<p>{paragraph}</p>" for paragraph in story("whole").paragraphs)
_WHOLE: dict[str, str] = {
    "entity-bomb": f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY e0 "boom">{_ENTITIES}]><html><body><p>&e11;</p>{_PROSE}</body></html>',
    "entity-external": f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><body><p>&x;</p>{_PROSE}</body></html>',
    "entity-http": f'<!DOCTYPE html [<!ENTITY x SYSTEM "http://127.0.0.1:1/x">]><html><body><p>&x;</p>{_PROSE}1</body></html>',
    "entity-parameter": f'<!DOCTYPE html [<!ENTITY % p SYSTEM "file:///dev/zero"> %p;]><html><body>{_PROSE}2</body></html>',
    "dtd-external": f'<!DOCTYPE html SYSTEM "file:///dev/random"><html><body>{_PROSE}3</body></html>',
    "xinclude": f'<html xmlns:xi="http://www.w3.org/2001/XInclude"><body><xi:include href="file:///etc/passwd"/>{_PROSE}4</body></html>',
    "doctype-long": "<!DOCTYPE " + "x" * 1_000_000 + f"><body>{_PROSE}5</body>",
    "xml-feed": '<?xml version="1.0"?><rss version="2.0"><channel><item><title>x</title></item></channel></rss>',
    "xml-stylesheet": f'<?xml version="1.0"?><?xml-stylesheet href="file:///etc/passwd"?><html><body>{_PROSE}6</body></html>',
    "no-html": "just words without any mark " * 20,
    "only-tags": "<html><body><div></div></body></html>",
    "only-head": "<html><head><title>A title and nothing else</title></head></html>",
    "only-scripts": "<html><body><script>var x = 1;</script></body></html>",
    "only-doctype": "<!doctype html>",
    "only-comment": "<!-- nothing here -->",
    "only-entities": "&nbsp;&shy;&zwnj;" * 1_000,
    "only-less-than": "<",
    "many-documents": f"<html><body>{_PROSE}</body></html>" * 200,
    "many-bodies": f"<body>{_PROSE}" * 100,
    "upside-down": f"</html></body>{_PROSE}7<body><html>",
    "json": json.dumps({"text": "this is no page"}),
    "javascript": "window.__STATE__ = {'a': 1};\n" * 1_000,
    "css": "body { color: red }\n" * 1_000,
    "csv": "a;b;c\n1;2;3\n" * 1_000,
    "base64": "QWxsIHRoZSBuZXdzIHRoYXQ=" * 5_000,
}


def _large() -> Iterator[Input]:
    def wide() -> bytes:
        return ("<html><body>" + "<p>word one two three</p>" * 760_000).encode()

    def scripts() -> bytes:
        return story("scripts").html(before="<script>var a = [1,2,3];</script>" * 500_000).encode()

    yield late("markup/large/over-the-limit.html", lambda: b"<p>" + b"word " * 5_000_000, REFUSED)
    yield late("markup/large/line-of-50-megabytes.txt", lambda: b"word " * 10_000_000, REFUSED)
    yield late("markup/large/line-of-19-megabytes.txt", lambda: b"word " * 3_900_000, ANY)
    yield late(
        "markup/large/sentences-of-19-megabytes.txt", lambda: b"The crew said so again. " * 790_000, ANY
    )
    yield late("markup/large/lines-of-19-megabytes.txt", lambda: b"word one\n" * 2_100_000, ANY)
    yield late("markup/large/blank-lines.txt", lambda: b"\n" * 19_000_000 + b"word", ANY)
    yield late("markup/large/line-of-19-megabytes.md", lambda: b"word *a* " * 2_100_000, ANY)
    yield late("markup/large/wide.html", wide, ANY)
    yield late("markup/large/tiny-tags.html", lambda: b"<b>" * 6_000_000, ANY)
    yield late("markup/large/tiny-elements.html", lambda: b"<html><body>" + b"<i>x</i>" * 2_400_000, ANY)
    yield late("markup/large/empty-elements.html", lambda: b"<html><body>" + b"<p a=b>" * 2_700_000, ANY)
    yield late("markup/large/scripts.html", scripts, ANY)
    yield late("markup/large/quotes.txt", lambda: b'"I said so," she said. ' * 800_000, ANY)
