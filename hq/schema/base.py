"""What all tables share."""

from __future__ import annotations

from sqlalchemy import MetaData

metadata = MetaData()
HOLDER = 80  # `pool`, `pending`, or `device:epoch` for a lease
