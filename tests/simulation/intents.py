"""How an intent of a person gets to us: what they see may be old, and an intent may be slow or come twice."""

from typing import Any

from domain.ids import FirmId, IntentId
from domain.inputs import Intent
from domain.rows import LinkRow
from tests.simulation.acting import Acting
from tests.simulation.topics import INTENTS

MOST_SECONDS_UNTIL_AGAIN = 5 * 3600.0
"""Somebody reads an intent from its topic and produces it again, within the hour or when nobody remembers its id."""


def intent_about(acting: Acting, link: LinkRow | None, kind: Any, **more: Any) -> None:
    """Ask for something about a link, perhaps naming the version that was seen."""
    if link is None:
        return
    seen = link.version if acting.chance("seen") < 0.5 else None
    intent(acting, kind, client_id=link.client_id, link_version=seen, **more)


def intent(acting: Acting, kind: Any, firm: FirmId | None = None, **more: Any) -> None:
    """Ask for something; the intent goes in some time later, perhaps twice, perhaps again after hours."""
    name = IntentId(f"intent-{acting.act.name}")
    intent: Intent = kind(firm_id=firm or acting.firm, intent_id=name, **more)
    if acting.company.story.telling:
        said = ", ".join(f"{k} {v}" for k, v in more.items() if v is not None and k != "agreed")
        acting.tell(f"Dana asks: {kind.__name__} ({firm or acting.firm}: {said}).")

    said_at = acting.company.agenda.time

    def write() -> None:
        acting.company.write(INTENTS, intent, name, "user:dana", None, said_at)

    slow = acting.chance("slow")
    acting.company.agenda.after(0.02 + (10 * acting.chance("how slow") if slow < 0.1 else 0.2 * slow), write)
    if acting.company.faults.fires("intent_doubled", acting.act.name):
        acting.company.agenda.after(20 * acting.chance("again"), write)
    if acting.company.faults.fires("intent_produced_again", acting.act.name):
        acting.company.agenda.after(MOST_SECONDS_UNTIL_AGAIN * acting.chance("long after") ** 4, write)
