"""sqlalchemy.orm, from SQLAlchemy 2.1.9 (lib/sqlalchemy/orm/session.py, decl_base.py).

A session refers weakly to the objects that it has loaded (`WeakInstanceDict`), and strongly to new
ones until they are flushed. With `back_populates`, both sides of a relationship hold each other.
"""
# cyclint: model better-than-source


class Session:
    def __init__(self, bind=None, **kwargs):
        self.bind = bind
        self._new = []

    def add(self, instance):
        self._new.append(instance)

    def add_all(self, instances):
        self._new.extend(instances)

    def flush(self):
        self._new.clear()

    def commit(self):
        self._new.clear()

    def rollback(self):
        self._new.clear()

    def expunge_all(self):
        self._new.clear()

    def close(self):
        self._new.clear()

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.close()


class DeclarativeBase:
    def __init__(self, **kwargs):
        self.__dict__.update(kwargs)


class relationship:
    def __init__(self, argument=None, *, back_populates=None, backref=None, **kwargs):
        self.back_populates = back_populates
