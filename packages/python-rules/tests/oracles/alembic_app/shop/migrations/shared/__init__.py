from .schema import add_columns, batch, create_index, create_table, drop_columns, drop_index, drop_table, has_table
from .schema import Lookup as Key
