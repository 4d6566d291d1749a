"""Which country a text names: people write US, USA and United States, and mean one."""

from functools import cache

import pycountry

_ALSO = {
    "uk": "GB",
    "great britain": "GB",
    "britain": "GB",
    "america": "US",
    "united states america": "US",
    "south korea": "KR",
    "russia": "RU",
    "turkey": "TR",
    "holland": "NL",
    "ivory coast": "CI",
}
"""Names in daily use that ISO 3166 does not list."""


def country_code(text: str) -> str | None:
    """Give the two letters of ISO 3166 for a country's code or English name; None if it is none that we know."""
    return _codes().get(_plain(text))


@cache
def _codes() -> dict[str, str]:
    codes: dict[str, str] = dict(_ALSO)
    for country in pycountry.countries:
        for name in ("alpha_2", "alpha_3", "name", "official_name", "common_name"):
            if said := getattr(country, name, None):
                codes[_plain(said)] = country.alpha_2
    return codes


def _plain(text: str) -> str:
    words = text.replace(".", "").replace(",", " ").casefold().split()
    return " ".join(word for word in words if word not in {"the", "of"})
