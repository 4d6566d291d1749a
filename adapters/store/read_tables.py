"""The tables of the read model as people read them: of each table that is built from the log, the rows of one build.

They are views. Which build they show stands in one row, so all of them change over in one moment, and a look that has begun goes on with
the build that it began with.
"""

from sqlalchemy import Column, Connection, Dialect, MetaData, Table, inspect, select

from adapters.store.built_tables import (
    built_all,
    built_customers,
    built_dead_letters,
    built_firms,
    built_links,
    built_match_keys,
    read_build,
)

views = MetaData()


def _shown(name: str, table: Table) -> Table:
    """Lay out a view on the rows of `table` that people read."""
    columns = (column for column in table.c if column.name != "build")
    return Table(
        name,
        views,
        *(
            Column(each.name, each.type, primary_key=each.primary_key, nullable=each.nullable)
            for each in columns
        ),
        info={"of": table},
    )


read_firms = _shown("read_firms", built_firms)
read_all = _shown("read_all", built_all)
read_links = _shown("read_links", built_links)
read_customers = _shown("read_customers", built_customers)
read_match_keys = _shown("read_match_keys", built_match_keys)
read_dead_letters = _shown("read_dead_letters", built_dead_letters)


def create_views(connection: Connection) -> None:
    """Create the views on tables that are there."""
    for view in views.tables.values():
        connection.exec_driver_sql(definition(view, connection.dialect))


def drop_views(connection: Connection) -> None:
    """Drop the views, and the tables that had their names before there were builds."""
    looked = inspect(connection)
    are_views, are_tables = set(looked.get_view_names()), set(looked.get_table_names())
    for name in views.tables:
        if name in are_views:
            connection.exec_driver_sql(f"DROP VIEW {name}")
        elif name in are_tables:
            connection.exec_driver_sql(f"DROP TABLE {name}")


def definition(view: Table, dialect: Dialect) -> str:
    """Write what creates a view."""
    table: Table = view.info["of"]
    shown = select(read_build.c.shown).where(read_build.c.stream == "log").scalar_subquery()
    rows = select(*(table.c[name] for name in view.c.keys())).where(table.c.build == shown)  # noqa: SIM118  (no mapping)
    return (
        f"CREATE VIEW {view.name} AS {rows.compile(dialect=dialect, compile_kwargs={'literal_binds': True})}"
    )
