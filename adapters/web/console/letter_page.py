"""One dead letter: why it is one, what it holds, what would come of sending it again, and the ways to settle it."""

from aiohttp import web

from adapters.letters.decoding import decoded
from adapters.letters.look import Look, Operator, note_values
from adapters.letters.plan import LetterRefusedError
from adapters.web.console.dead_letters_page import source_words
from adapters.web.console.frame import frame
from adapters.web.console.visit import Visit
from adapters.web.problems import Problem
from adapters.web.texts.letter_states import act_text, state_text
from adapters.web.texts.letters import (
    advice_in_the_log,
    came_of_text,
    parked_in_the_log,
    plan_text,
    refusal_text,
)
from adapters.web.texts.who_and_when import who
from domain.letters import place_named
from domain.reasons import MOST_IN_A_REASON


async def show_letter(visit: Visit) -> web.Response:
    """Show one, its values only to who asks for them."""
    values = visit.request.query.get("values") == "true"
    look = await _looked_at(visit)
    if values:
        note_values(visit.person.actor, look)
    view = look.view
    fate = view.fate
    return visit.render(
        "letter.html",
        frame=await frame(visit),
        letter=view,
        says=parked_in_the_log(view.reason),
        advice=advice_in_the_log(view.reason),
        source=source_words(view.source),
        state=state_text(view.state, under_way=fate is not None),
        fate=fate,
        did=act_text(fate.act) if fate is not None else "",
        came_of=came_of_text(look.came_of, sent=fate.sent_count) if fate is not None else "",
        who=who,
        gone=look.original is None,
        settled=fate is not None and fate.done_at is not None,
        body=decoded(look.original.value, values=values) if look.original is not None else None,
        with_values=values,
        editable=look.editable,
        goes=look.plan is not None and look.plan.goes,
        plan=plan_text(look.plan) if look.plan is not None else "",
        longest_reason=MOST_IN_A_REASON,
        api=f"/api/v1/dead-letters/{view.place}",
        address=f"{visit.home}/dead-letters",
        place="dead-letters",
    )


async def _looked_at(visit: Visit) -> Look:
    place = place_named(visit.request.match_info["letter"])
    asker = Operator(actor=visit.person.actor, firms=visit.person.firms)
    try:
        if place is not None:
            return await visit.parts.desk.look(place, asker)
        refused = LetterRefusedError("letter_unknown")
    except LetterRefusedError as wrong:
        refused = wrong
    status = 403 if refused.code == "other_firm" else 404
    raise Problem(status, refused.code, refusal_text(refused.code, refused.facts))
