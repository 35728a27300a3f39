"""tornado.web, from tornado 6.6.1 (tornado/web.py)."""
# cyclint: model better-than-source


class RequestHandler:
    def __init__(self, application, request, **kwargs):
        self.application = application
        self.request = request
        self.initialize(**kwargs)

    def initialize(self):
        pass


class Application:
    def __init__(self, handlers=None, default_host=None, transforms=None, **settings):
        self.settings = settings
        self.rules = handlers

    def add_handlers(self, host_pattern, host_handlers):
        self.rules = host_handlers
