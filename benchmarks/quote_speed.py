"""How many words a second the quote step reads, alone and on one core.

    python benchmarks/quote_speed.py --kit DIR [--rounds 3]

Each round reads every article of the set `quotes`, paragraphs as given; the best round counts, in CPU time.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from scoring import quotes as gold

from copydesk.quote import quote


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kit", type=Path, required=True, metavar="DIR", help="folder with the set quotes/")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    articles = [article["text"].split("\n\n") for article in gold.load_gold(options.kit)]
    words = sum(len(paragraph.split()) for article in articles for paragraph in article)
    quote(articles[0], language="en")  # loads the word lists
    seconds = []
    for _ in range(options.rounds):
        began = time.process_time()
        for article in articles:
            quote(article, language="en")
        seconds.append(time.process_time() - began)
    print(f"{len(articles)} articles, {words} words, {words / min(seconds):,.0f} words a second")


if __name__ == "__main__":
    main()
