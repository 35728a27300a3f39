"""twisted.application.service, from Twisted 26.10.0 (src/twisted/application/service.py)."""
# cyclint: model better-than-source


class Service:
    parent = None
    name = None

    def setServiceParent(self, parent):
        self.parent = parent
        parent.addService(self)

    def disownServiceParent(self):
        parent = self.parent
        self.parent = None
        parent.removeService(self)

    def startService(self):
        pass

    def stopService(self):
        pass


class MultiService(Service):
    def __init__(self):
        self.services = []

    def addService(self, service):
        self.services.append(service)

    def removeService(self, service):
        self.services.remove(service)
