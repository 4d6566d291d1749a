"""`client-sync topics create`, `check` and `acls`, and their words."""

import re
from typing import Annotated

import typer

from deploy.needed_settings import Runs
from deploy.terminal import Exit, Json, done, end, say, settings_or_exit

topics = typer.Typer(no_args_is_help=True, help="Kafka's topics, compared with ours.")

PRINCIPAL = re.compile(r"[A-Za-z]+:[^\x00-\x1f*]{1,500}")
Principal = Annotated[str, typer.Option(metavar="TYPE:NAME", help="its principal at Kafka")]


@topics.command("create")
def create_topics(as_json: Json = False) -> None:
    """Create the topics that are missing; alters none. Example: client-sync topics create."""
    from deploy.own_topics import create_missing_topics

    settings = settings_or_exit(Runs.KAFKA)
    for name in done(settings, create_missing_topics(settings)):
        say({"created": name}, as_json, f"created {name}")


@topics.command("check")
def check_topics(as_json: Json = False) -> None:
    """Name each difference between the cluster's topics and ours. Example: client-sync topics check."""
    from deploy.own_topics import differing_topics

    settings = settings_or_exit(Runs.KAFKA)
    found = done(settings, differing_topics(settings))
    for difference in found:
        say(
            {
                "topic": difference.topic,
                "setting": difference.setting,
                "expected": difference.expected,
                "found": difference.found,
            },
            as_json,
            str(difference),
        )
    raise typer.Exit(Exit.REFUSED if found else Exit.DONE)


@topics.command("acls")
def print_acls(
    worker: Principal = "User:sync-worker",
    gateway: Principal = "User:sync-gateway",
    producer: Principal = "User:canopy",
    operator: Principal = "User:sync-operator",
    command_config: Annotated[
        str, typer.Option(metavar="FILE", help="of Kafka's administrator: how kafka-acls.sh signs in")
    ] = "admin.properties",
    as_json: Json = False,
) -> None:
    """Print the commands that allow each principal what it needs, and no more. Example: client-sync topics acls | sh.

    It runs none of them, and asks no Kafka. What each is for: docs/kafka-access.md.
    """
    from deploy.kafka_access import Admin, Role, command, grants

    settings = settings_or_exit(Runs.KAFKA)
    named = {Role.WORKER: worker, Role.GATEWAY: gateway, Role.PRODUCER: producer, Role.OPERATOR: operator}
    for role, principal in named.items():
        if PRINCIPAL.fullmatch(principal) is None:
            end(
                f"--{role}: expected TYPE:NAME, for example User:sync-{role}; * would allow it to everybody.",
                Exit.WRONG_USE,
            )
    admin = Admin(bootstrap=settings.bootstrap, config=command_config)
    for grant in grants(named, settings.group):
        facts: dict[str, object] = {
            "role": grant.role,
            "principal": grant.principal,
            "operations": list(grant.operations),
            "topics": list(grant.topics),
            "group": grant.group,
        }
        say(facts, as_json, command(grant, admin))
