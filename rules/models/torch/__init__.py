"""torch, from PyTorch 2.15.0 (torch/_tensor.py)."""
# cyclint: model better-than-source


class Tensor:
    def register_hook(self, hook):
        self._backward_hooks = hook
