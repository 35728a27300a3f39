"""A serial port, as a device that only one program at a time may open."""

BUSY = set()


def claim(device):
    if device in BUSY:
        raise OSError(f"{device} is busy")
    BUSY.add(device)
    return device


class Port:
    """An open port, which closes when it goes away."""

    def __init__(self, device):
        self.device = None
        self.on_line = None
        self.device = claim(device)

    def __del__(self):
        BUSY.discard(self.device)

    def subscribe(self, callback):
        """Calls `callback` with each line."""
        self.on_line = callback

    def feed(self, line):
        """Stands in for the line that a real device would send."""
        if self.on_line is not None:
            self.on_line(line)

    # The cure: a bound method holds its object, a weak method does not.
    #
    #     def subscribe(self, callback):
    #         self.on_line = weakref.WeakMethod(callback)
    #
    #     def feed(self, line):
    #         callback = self.on_line() if self.on_line else None
    #         if callback is not None:
    #             callback(line)
