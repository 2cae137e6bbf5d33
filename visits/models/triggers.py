"""Columns that the database keeps itself, so that bulk, imported and hand-written changes count too."""

import pgtrigger
from django.db import models

KEPT_BY_THE_DATABASE = {"version", "modified_at"}


class Touch(pgtrigger.Trigger):
    """Counts versions and dates the latest change. An update that changes nothing leaves both alone."""

    name = "touch"
    when = pgtrigger.Before
    operation = pgtrigger.Update
    func = """
        NEW.version = OLD.version + 1;
        NEW.modified_at = statement_timestamp();
        RETURN NEW;
    """

    def get_condition(self, model: models.Model) -> pgtrigger.Condition:
        """Generated columns are left out: PostgreSQL fills them after BEFORE triggers have run."""
        names = [
            field.name
            for field in model._meta.local_concrete_fields
            if not field.generated and field.name not in KEPT_BY_THE_DATABASE
        ]
        return pgtrigger.AnyChange(*names)


class TouchOwner(pgtrigger.Trigger):
    """A change of the links that belong to a record counts as a change of the record: once a statement.

    ``after`` is one of insert, update and delete; ``key`` the column that names the owner in the linking table.
    """

    level = pgtrigger.Statement
    when = pgtrigger.After
    WRITES = {
        "insert": (pgtrigger.Insert, {"new": "new_values"}, "SELECT {key} FROM new_values"),
        "delete": (pgtrigger.Delete, {"old": "old_values"}, "SELECT {key} FROM old_values"),
        "update": (
            pgtrigger.Update,
            {"old": "old_values", "new": "new_values"},
            "SELECT {key} FROM (TABLE old_values EXCEPT TABLE new_values) AS was"
            " UNION SELECT {key} FROM (TABLE new_values EXCEPT TABLE old_values) AS is_now",
        ),
    }

    def __init__(self, *, after: str, owner: str, key: str) -> None:
        operation, tables, changed = self.WRITES[after]
        # An array is looked up in the index, however the planner joins.
        super().__init__(
            name=f"touch_owner_{after}",
            operation=operation,
            referencing=pgtrigger.Referencing(**tables),
            func=f"""
                UPDATE {owner} SET version = version + 1, modified_at = statement_timestamp()
                WHERE id = ANY(ARRAY({changed.format(key=key)}));
                RETURN NULL;
            """,
        )


def touch_owner(*, owner: str, key: str) -> list[pgtrigger.Trigger]:
    """The triggers of a table whose rows link a record of the table ``owner`` to others."""
    return [TouchOwner(after=write, owner=owner, key=key) for write in TouchOwner.WRITES]


class FillSlug(pgtrigger.Trigger):
    """Makes the slug of a record that comes without one, out of an SQL expression over NEW."""

    name = "fill_slug"
    when = pgtrigger.Before
    operation = pgtrigger.Insert
    condition = pgtrigger.Q(new__slug="")

    def __init__(self, *, text: str) -> None:
        super().__init__(func=f"NEW.slug = readout_free_slug(TG_TABLE_NAME, {text}, NEW.uuid); RETURN NEW;")


class KeepFormerAddress(pgtrigger.Trigger):
    """Remembers the address that a record had, so that it goes on leading there."""

    name = "keep_former_address"
    when = pgtrigger.After
    operation = pgtrigger.Update

    def __init__(self, *, column: str = "slug") -> None:
        super().__init__(
            condition=pgtrigger.AnyChange(column),
            func=f"""
                INSERT INTO visits_formeraddress (noun, address, target)
                VALUES (TG_TABLE_NAME, OLD.{column}, NEW.uuid)
                ON CONFLICT (noun, address) DO UPDATE SET target = excluded.target;
                RETURN NULL;
            """,
        )


class RefuseCycle(pgtrigger.Trigger):
    """Refuses a tree in which a record would be its own ancestor."""

    name = "refuse_cycle"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    declare = [("ancestor", "bigint")]

    def __init__(self, *, table: str) -> None:
        super().__init__(
            condition=pgtrigger.Q(new__parent__isnull=False),
            func=f"""
                ancestor = NEW.parent_id;
                WHILE ancestor IS NOT NULL LOOP
                    IF ancestor = NEW.id THEN
                        RAISE EXCEPTION 'A topic cannot lie below itself.' USING ERRCODE = 'check_violation';
                    END IF;
                    SELECT parent_id INTO ancestor FROM {table} WHERE id = ancestor;
                END LOOP;
                RETURN NEW;
            """,
        )
