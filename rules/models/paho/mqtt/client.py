"""paho.mqtt.client, from paho-mqtt 2.2.0 (src/paho/mqtt/client.py)."""
# cyclint: model better-than-source


class Client:
    def __init__(
        self,
        callback_api_version=None,
        client_id="",
        clean_session=None,
        userdata=None,
        *args,
        **kwargs
    ):
        self._userdata = userdata
        self._on_message_filtered = []

    def user_data_set(self, userdata):
        self._userdata = userdata

    def message_callback_add(self, sub, callback):
        self._on_message_filtered.append(callback)

    def message_callback_remove(self, sub):
        self._on_message_filtered.clear()

    # Neither drops the callbacks.
    def disconnect(self, reasoncode=None, properties=None):
        pass

    def loop_stop(self):
        pass

    def __del__(self):
        # Closes the socket.
        pass

    @property
    def on_log(self):
        return self._on_log

    @on_log.setter
    def on_log(self, func):
        self._on_log = func

    @property
    def on_pre_connect(self):
        return self._on_pre_connect

    @on_pre_connect.setter
    def on_pre_connect(self, func):
        self._on_pre_connect = func

    @property
    def on_connect(self):
        return self._on_connect

    @on_connect.setter
    def on_connect(self, func):
        self._on_connect = func

    @property
    def on_connect_fail(self):
        return self._on_connect_fail

    @on_connect_fail.setter
    def on_connect_fail(self, func):
        self._on_connect_fail = func

    @property
    def on_subscribe(self):
        return self._on_subscribe

    @on_subscribe.setter
    def on_subscribe(self, func):
        self._on_subscribe = func

    @property
    def on_message(self):
        return self._on_message

    @on_message.setter
    def on_message(self, func):
        self._on_message = func

    @property
    def on_publish(self):
        return self._on_publish

    @on_publish.setter
    def on_publish(self, func):
        self._on_publish = func

    @property
    def on_unsubscribe(self):
        return self._on_unsubscribe

    @on_unsubscribe.setter
    def on_unsubscribe(self, func):
        self._on_unsubscribe = func

    @property
    def on_disconnect(self):
        return self._on_disconnect

    @on_disconnect.setter
    def on_disconnect(self, func):
        self._on_disconnect = func

    @property
    def on_socket_open(self):
        return self._on_socket_open

    @on_socket_open.setter
    def on_socket_open(self, func):
        self._on_socket_open = func

    @property
    def on_socket_close(self):
        return self._on_socket_close

    @on_socket_close.setter
    def on_socket_close(self, func):
        self._on_socket_close = func

    @property
    def on_socket_register_write(self):
        return self._on_socket_register_write

    @on_socket_register_write.setter
    def on_socket_register_write(self, func):
        self._on_socket_register_write = func

    @property
    def on_socket_unregister_write(self):
        return self._on_socket_unregister_write

    @on_socket_unregister_write.setter
    def on_socket_unregister_write(self, func):
        self._on_socket_unregister_write = func
