"""twisted.internet.protocol, from Twisted 26.10.0 (src/twisted/internet/protocol.py)."""
# cyclint: model better-than-source


class BaseProtocol:
    def makeConnection(self, transport):
        self.transport = transport
        self.connectionMade()

    def connectionMade(self):
        pass


class Protocol(BaseProtocol):
    def dataReceived(self, data):
        pass

    def connectionLost(self, reason=None):
        pass


class DatagramProtocol(BaseProtocol):
    pass


class Factory:
    protocol = None

    def buildProtocol(self, addr):
        protocol = self.protocol()
        protocol.factory = self
        return protocol


class ServerFactory(Factory):
    pass


class ClientFactory(Factory):
    pass


class ReconnectingClientFactory(ClientFactory):
    pass
