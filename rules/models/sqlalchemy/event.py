"""sqlalchemy.event, from SQLAlchemy 2.1.9 (lib/sqlalchemy/event/).

The target of a listener holds the function. Which collection of the target that is, depends on the
target's class and on the name of the event; `_listeners` stands for all of them.
"""
# cyclint: model better-than-source


def listen(target, identifier, fn, *args, **kw):
    target._listeners = fn


def listens_for(target, identifier, *args, **kw):
    def decorate(fn):
        listen(target, identifier, fn)
        return fn

    return decorate


def remove(target, identifier, fn):
    target._listeners = None
