"""sqlalchemy.engine, from SQLAlchemy 2.1.9 (lib/sqlalchemy/engine/create.py, base.py)."""
# cyclint: model better-than-source


class Engine:
    # Closes the connections of the pool, and keeps its creator.
    def dispose(self, close=True):
        pass


def create_engine(url, **kwargs):
    engine = Engine()
    engine._creator = kwargs.get("creator")
    return engine
