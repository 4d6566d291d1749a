"""People at work: each act of the script by its name."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from domain.ids import FirmId
from tests.simulation import about_a_link, for_a_firm, in_canopy, in_quickbooks
from tests.simulation.acting import Acting
from tests.simulation.script import Act

if TYPE_CHECKING:
    from tests.simulation.simulation import Simulation

ACTS: Mapping[str, Callable[[Acting], None]] = {
    "add_client": in_canopy.add_client,
    "edit_client": in_canopy.edit_client,
    "swap_names": in_canopy.swap_names,
    "put_client_away": in_canopy.put_client_away,
    "add_customer": in_quickbooks.add_customer,
    "edit_customer": in_quickbooks.edit_customer,
    "edit_customer_twice": in_quickbooks.edit_customer_twice,
    "edit_both_sides": in_quickbooks.edit_both_sides,
    "canopy_goes_back": in_canopy.canopy_goes_back,
    "quickbooks_goes_back": in_quickbooks.quickbooks_goes_back,
    "switch_customer": in_quickbooks.switch_customer,
    "take_customer_away": in_quickbooks.take_customer_away,
    "merge_customers": in_quickbooks.merge_customers,
    "merge_a_new_customer": in_quickbooks.merge_a_new_customer,
    "add_vendor": in_quickbooks.add_vendor,
    "connect": for_a_firm.connect,
    "connect_other": for_a_firm.connect_other,
    "change_company_in_haste": for_a_firm.change_company_in_haste,
    "disconnect": for_a_firm.disconnect,
    "pause_requests": for_a_firm.pause_requests,
    "resume_requests": for_a_firm.resume_requests,
    "release_held": for_a_firm.release_held,
    "settings": for_a_firm.settings,
    "match": about_a_link.match,
    "unmatch": about_a_link.unmatch,
    "unmatch_in_haste": about_a_link.unmatch_in_haste,
    "unmatch_with_values_back": about_a_link.unmatch_with_values_back,
    "unmatch_all_in_haste": about_a_link.unmatch_all_in_haste,
    "restore": about_a_link.restore,
    "restore_to_version": about_a_link.restore_to_version,
    "create": about_a_link.create,
    "push": about_a_link.push,
    "take_theirs": about_a_link.take_theirs,
    "leave_both": about_a_link.leave_both,
    "retry": about_a_link.retry,
    "answer": about_a_link.answer,
    "undo_answer": about_a_link.undo_answer,
    "undo_add_client": about_a_link.undo_add_client,
    "put_back": about_a_link.put_back,
    "add_client_for": about_a_link.add_client_for,
}


def do(company: "Simulation", act: Act) -> None:
    """Do one act, in one of the firms."""
    ACTS[act.kind](Acting(company, act, _firm(company, act)))


def _firm(company: "Simulation", act: Act) -> FirmId:
    """Choose a firm: mostly the first, or its neighbor."""
    first, second, *neighbor = company.quickbooks
    chance = company.dice.of(f"firm/{act.name}")
    if chance > 0.75:
        return second
    return neighbor[0] if neighbor and chance < 0.35 else first
