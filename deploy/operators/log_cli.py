"""`client-sync log export` and `log import`, and their words."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.needed_settings import Runs
from deploy.terminal import Json, done, say, settings_or_exit

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="of this copy alone")]
FromHistory = Annotated[
    bool,
    typer.Option("--from-history", help="where Kafka is lost: the newest rows that the database knows"),
]

log = typer.Typer(no_args_is_help=True, help="sync.log, taken into files and brought into another cluster.")


def add_log_commands(app: typer.Typer) -> None:
    """Add them to `client-sync`."""
    app.add_typer(log, name="log")


@log.command("export")
def export(folder: Folder, from_history: FromHistory = False, as_json: Json = False) -> None:
    """Copy rows, positions and pending work into files. Example: client-sync log export /backup/log.

    It changes nothing, and may run beside everything else. What is decided afterwards is not in it: to move, stop workers first.
    """
    from deploy.log_copy.exporting import export_history, export_log
    from deploy.log_copy.files import FolderInUseError, NotExportedError

    settings = settings_or_exit(Runs.DATABASE if from_history else Runs.KAFKA)
    copying = export_history(settings, folder) if from_history else export_log(settings, folder)
    header = done(settings, copying, NotExportedError, FolderInUseError)
    rows = sum(header.rows.values())
    say(
        {"rows": rows, "by_kind": header.rows, "pending": header.pending, "source": header.source},
        as_json,
        f"{rows} rows are in {folder}, with {header.pending} requests pending. They hold clients' values: keep them private.",
    )


@log.command("import")
def import_(folder: Folder, as_json: Json = False) -> None:
    """Bring a copy into an empty sync.log, while no worker and no gateway runs. Example: client-sync log import /backup/log.

    The database follows: the read model is built again from the new log, history is kept.
    """
    from deploy.log_copy.files import BadCopyError
    from deploy.log_copy.importing import import_log
    from deploy.log_copy.new_log import NotImportedError

    settings = settings_or_exit(Runs.KAFKA)
    imported = done(settings, import_log(settings, folder), BadCopyError, NotImportedError)
    inputs = (
        f"{imported.positions_kept} partitions of inputs go on where they stood."
        if imported.positions_kept
        else "All inputs that this cluster's topics hold count as new."
    )
    say(
        {"rows": imported.rows, "pending": imported.pending, "positions_kept": imported.positions_kept},
        as_json,
        f"{imported.rows} rows are in sync.log, with {imported.pending} requests pending. {inputs}",
        "Delete the checkpoints of each worker's machine, start a gateway and workers, then run `client-sync verify`.",
    )
