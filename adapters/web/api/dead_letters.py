"""What could not be used, for operators: listed, shown, and settled."""

from adapters.letters.look import Operator, note_values
from adapters.letters.plan import LetterRefusedError, Refusal
from adapters.store.dead_letter_list import LetterFilter
from adapters.web.api.letter_answers import (
    DiscardBody,
    EditBody,
    LettersQuery,
    RedriveBody,
    ValuesQuery,
    letter_answer,
    letters_answer,
    planned_answer,
    settled_answer,
)
from adapters.web.api.letter_shapes import DeadLettersAnswer, LetterAnswer, SettledAnswer
from adapters.web.api.operations import FIRM_PATH, Answer, Call, Operation
from adapters.web.auth.people import Role
from adapters.web.problems import Problem
from adapters.web.texts.letters import refusal_text
from domain.ids import FirmId, RealmId
from domain.letters import LetterPlace, place_named
from domain.reasons import cleaned

PATH = "/api/v1/dead-letters"
ONE = PATH + "/{letter}"


async def _list(call: Call) -> Answer:
    asked = call.query_as(LettersQuery)
    wanted = LetterFilter(
        firms=_firms(call, asked),
        reason=asked.reason,
        state=asked.state,
        realm=RealmId(asked.realm) if asked.realm else None,
        first=await call.parts.desk.first_offsets(),
    )
    letters = call.parts.read_model.dead_letters
    page = await letters.page(wanted, cursor=asked.cursor, limit=asked.limit)
    return Answer(body=letters_answer(page, await letters.groups(wanted)))


def _firms(call: Call, asked: LettersQuery) -> frozenset[FirmId] | None:
    """Say whose letters are meant: a firm's, or those of the operator's firms.

    What names no firm, or none of ours, is seen only by operators of all firms: nobody can say whose it is.
    """
    firm = call.firm or FirmId(asked.firm or "")
    if not firm:
        return call.person.firms
    if not call.person.may_see(firm):
        raise Problem(403, "other_firm", "You are signed in, but not for this firm.")
    return frozenset({firm})


async def _show(call: Call) -> Answer:
    values = call.query_as(ValuesQuery).values
    try:
        look = await call.parts.desk.look(_place(call), operator(call))
    except LetterRefusedError as refused:
        raise problem_of(refused) from None
    if values:
        note_values(call.person.actor, look)
    return Answer(body=letter_answer(look, values=values))


async def _redrive(call: Call) -> Answer:
    asked, desk, place = call.body_as(RedriveBody), call.parts.desk, _place(call)
    try:
        if asked.plan:
            look = await desk.look(place, operator(call))
            return Answer(body=planned_answer(look.plan))
        fate = await desk.redrive(place, operator(call), _reason(asked.reason))
    except LetterRefusedError as refused:
        raise problem_of(refused) from None
    return Answer(body=settled_answer(fate))


async def _edit(call: Call) -> Answer:
    asked, desk, place = call.body_as(EditBody), call.parts.desk, _place(call)
    try:
        if asked.plan:
            plan = await desk.plan_edited(place, asked.event, operator(call))
            return Answer(body=planned_answer(plan))
        fate = await desk.edit(place, asked.event, operator(call), _reason(asked.reason))
    except LetterRefusedError as refused:
        raise problem_of(refused) from None
    return Answer(body=settled_answer(fate))


async def _discard(call: Call) -> Answer:
    reason = _reason(call.body_as(DiscardBody).reason)
    try:
        fate = await call.parts.desk.discard(_place(call), operator(call), reason)
    except LetterRefusedError as refused:
        raise problem_of(refused) from None
    return Answer(body=settled_answer(fate))


def operator(call: Call) -> Operator:
    """Say who asks."""
    return Operator(actor=call.person.actor, firms=call.person.firms)


def problem_of(refused: LetterRefusedError) -> Problem:
    """Say why nothing was done."""
    return Problem(
        _status(refused.code),
        refused.code,
        refusal_text(refused.code, refused.facts),
        facts=refused.facts,
        final=refused.code == "letter_settled",
    )


def _status(code: Refusal) -> int:
    match code:
        case "letter_unknown":
            return 404
        case "other_firm":
            return 403
        case _:
            return 409


def _reason(said: str | None) -> str:
    reason = cleaned(said)
    if reason is None:
        raise Problem(
            422,
            "wrong_body",
            "Say why: it is kept with the letter.",
            advice="reason: expected words",
        )
    return reason


def _place(call: Call) -> LetterPlace:
    place = place_named(call.letter)
    if place is None:
        raise problem_of(LetterRefusedError("letter_unknown"))
    return place


DEAD_LETTERS = (
    *(
        Operation(
            method="GET",
            path=path,
            summary=summary,
            handle=_list,
            answer=DeadLettersAnswer,
            role=Role.OPERATOR,
            query=LettersQuery,
        )
        for path, summary in (
            (PATH, "All dead letters"),
            (FIRM_PATH + "/dead-letters", "Dead letters that name the firm"),
        )
    ),
    Operation(
        method="GET",
        path=ONE,
        summary="One dead letter, with what would come of sending it again",
        handle=_show,
        answer=LetterAnswer,
        role=Role.OPERATOR,
        query=ValuesQuery,
    ),
    Operation(
        method="POST",
        path=ONE + "/redrive",
        summary="Send its original bytes again, once",
        handle=_redrive,
        answer=SettledAnswer,
        role=Role.OPERATOR,
        body=RedriveBody,
    ),
    Operation(
        method="POST",
        path=ONE + "/edit",
        summary="Send a new message in its place, which names it",
        handle=_edit,
        answer=SettledAnswer,
        role=Role.OPERATOR,
        body=EditBody,
    ),
    Operation(
        method="POST",
        path=ONE + "/discard",
        summary="Let it be, for good",
        handle=_discard,
        answer=SettledAnswer,
        role=Role.OPERATOR,
        body=DiscardBody,
    ),
)
