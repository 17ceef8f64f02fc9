"""Types of the shop's own."""
import enum

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB


class Document(sa.TypeDecorator):
    """jsonb where there is such a thing."""

    impl = sa.JSON
    cache_ok = True

    def load_dialect_impl(self, dialect):
        if dialect.name == "postgresql":
            return dialect.type_descriptor(JSONB())
        return dialect.type_descriptor(sa.JSON())


class Moment(sa.TypeDecorator):
    impl = sa.DateTime(timezone=True)
    cache_ok = True


class Raw(Document):
    """Keeps what it was given, by its parent's choice."""

    cache_ok = True


class State(enum.Enum):
    OPEN = "open"
    SENT = "sent"


FLEXIBLE = sa.JSON().with_variant(JSONB(), "postgresql")
KEY_LENGTH = 36


def key(length=KEY_LENGTH):
    return sa.String(length)
