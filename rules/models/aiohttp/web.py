"""aiohttp.web, from aiohttp 3.14.5 (aiohttp/web_app.py, web_routedef.py, web_urldispatcher.py)."""
# cyclint: model better-than-source


class RouteDef:
    def __init__(self, method, path, handler, kwargs):
        self.handler = handler


def route(method, path, handler, **kwargs):
    return RouteDef(method, path, handler, kwargs)


def get(path, handler, **kwargs):
    return RouteDef("GET", path, handler, kwargs)


def post(path, handler, **kwargs):
    return RouteDef("POST", path, handler, kwargs)


def put(path, handler, **kwargs):
    return RouteDef("PUT", path, handler, kwargs)


def patch(path, handler, **kwargs):
    return RouteDef("PATCH", path, handler, kwargs)


def delete(path, handler, **kwargs):
    return RouteDef("DELETE", path, handler, kwargs)


def view(path, handler, **kwargs):
    return RouteDef("*", path, handler, kwargs)


class UrlDispatcher:
    def __init__(self):
        self._resources = []

    def add_route(self, method, path, handler, **kwargs):
        self._resources.append(handler)

    def add_get(self, path, handler, **kwargs):
        self._resources.append(handler)

    def add_post(self, path, handler, **kwargs):
        self._resources.append(handler)

    def add_put(self, path, handler, **kwargs):
        self._resources.append(handler)

    def add_delete(self, path, handler, **kwargs):
        self._resources.append(handler)

    def add_routes(self, routes):
        self._resources.extend(routes)


class Application:
    def __init__(self, *, middlewares=(), **kwargs):
        self._middlewares = middlewares
        self._state = {}
        self.router = UrlDispatcher()
        self.on_startup = []
        self.on_shutdown = []
        self.on_cleanup = []
        self.cleanup_ctx = []

    def __getitem__(self, key):
        return self._state[key]

    def __setitem__(self, key, value):
        self._state[key] = value

    def add_routes(self, routes):
        self.router.add_routes(routes)


class AppRunner:
    def __init__(self, app, **kwargs):
        self._app = app

    @property
    def app(self):
        return self._app

    async def setup(self):
        pass

    async def cleanup(self):
        pass
