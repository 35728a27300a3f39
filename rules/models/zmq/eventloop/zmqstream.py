"""zmq.eventloop.zmqstream, from pyzmq 27.3.0 (zmq/eventloop/zmqstream.py)."""


class ZMQStream:
    def __init__(self, socket, io_loop=None):
        self.socket = socket
        self._recv_callback = None
        self._send_callback = None

    def on_recv(self, callback, copy=True):
        self._recv_callback = callback

    def on_send(self, callback):
        self._send_callback = callback

    def stop_on_recv(self):
        self.on_recv(None)

    def stop_on_send(self):
        self.on_send(None)

    # The callbacks stay.
    def close(self, linger=None):
        self.socket = None
