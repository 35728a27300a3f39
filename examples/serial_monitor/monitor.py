"""Collects what a port receives."""

from port import Port


class Monitor:
    """Opens a port and keeps its lines."""

    def __init__(self, device):
        self.lines = []
        self.port = Port(device)
        self.port.subscribe(self.receive)

    def receive(self, line):
        self.lines.append(line)
