"""sqlalchemy, from SQLAlchemy 2.1.9 (lib/sqlalchemy/engine/create.py, base.py, pool/base.py)."""
# cyclint: model better-than-source

from sqlalchemy import event
from sqlalchemy.engine import create_engine
