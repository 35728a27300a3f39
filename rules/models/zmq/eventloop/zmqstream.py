"""zmq.eventloop.zmqstream, from pyzmq 27.3.0 (zmq/eventloop/zmqstream.py)."""
# cyclint: model better-than-source

# What the event loop listens to, until the stream is closed.
_streams = []


class ZMQStream:
    def __init__(self, socket, io_loop=None):
        self.socket = socket
        self._recv_callback = None
        self._send_callback = None
        _streams.append(self)

    def on_recv(self, callback, copy=True):
        self._recv_callback = callback

    def on_send(self, callback):
        self._send_callback = callback

    def stop_on_recv(self):
        self._recv_callback = None

    def stop_on_send(self):
        self._send_callback = None

    # The callbacks stay.
    def close(self, linger=None):
        _streams.remove(self)
        self.socket = None
