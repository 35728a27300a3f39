"""torch.optim, from PyTorch 2.15.0 (torch/optim/optimizer.py)."""
# cyclint: model better-than-source

from torch.utils.hooks import RemovableHandle


class Optimizer:
    def __init__(self, params, defaults=None, **kwargs):
        self.param_groups = params
        self._hooks = []

    def register_step_pre_hook(self, hook):
        self._hooks.append(hook)
        return RemovableHandle(self)

    def register_step_post_hook(self, hook):
        self._hooks.append(hook)
        return RemovableHandle(self)


class SGD(Optimizer):
    pass


class Adam(Optimizer):
    pass


class AdamW(Optimizer):
    pass


class RMSprop(Optimizer):
    pass
