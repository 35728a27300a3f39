"""sqlalchemy.orm, from SQLAlchemy 2.1.9 (lib/sqlalchemy/orm/session.py, decl_base.py).

A session refers weakly to the objects that it has loaded (`WeakInstanceDict`), and strongly to new
ones until they are flushed. With `back_populates` or `backref`, both sides of a relationship hold
each other.
"""
# cyclint: model better-than-source


class Session:
    def __init__(self, bind=None, **kwargs):
        self.bind = bind
        self.info = {}
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
        for name, value in kwargs.items():
            setattr(self, name, value)


class _OneWay:
    pass


class _BothWays:
    # The other side gets to know of it, too; each element, where the value is a collection.
    def __set__(self, instance, value):
        instance._related = value
        if value is not None:
            value._related_to = instance
            for item in value:
                item._related_to = instance


def relationship(argument=None, secondary=None, *, back_populates=None, backref=None, **kwargs):
    if back_populates is None and backref is None:
        return _OneWay()
    return _BothWays()
