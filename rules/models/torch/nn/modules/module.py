"""torch.nn.modules.module, from PyTorch 2.15.0 (torch/nn/modules/module.py)."""
# cyclint: model better-than-source

from torch.utils.hooks import RemovableHandle

_global_hooks = []


class Module:
    def __init__(self, *args, **kwargs):
        self._hooks = []
        self._modules = {}

    def add_module(self, name, module):
        self._modules[name] = module

    def register_module(self, name, module):
        self._modules[name] = module

    def register_forward_hook(self, hook, **kwargs):
        self._hooks.append(hook)
        return RemovableHandle(self)

    def register_forward_pre_hook(self, hook, **kwargs):
        self._hooks.append(hook)
        return RemovableHandle(self)

    def register_full_backward_hook(self, hook, prepend=False):
        self._hooks.append(hook)
        return RemovableHandle(self)

    def register_full_backward_pre_hook(self, hook, prepend=False):
        self._hooks.append(hook)
        return RemovableHandle(self)

    def register_backward_hook(self, hook):
        self._hooks.append(hook)
        return RemovableHandle(self)

    def register_state_dict_post_hook(self, hook):
        self._hooks.append(hook)
        return RemovableHandle(self)

    def register_state_dict_pre_hook(self, hook):
        self._hooks.append(hook)
        return RemovableHandle(self)

    def register_load_state_dict_pre_hook(self, hook):
        self._hooks.append(hook)
        return RemovableHandle(self)

    def register_load_state_dict_post_hook(self, hook):
        self._hooks.append(hook)
        return RemovableHandle(self)

    def parameters(self, recurse=True):
        return []

    def __call__(self, *args, **kwargs):
        return self.forward(*args, **kwargs)

    def forward(self, *args, **kwargs):
        pass


def register_module_forward_hook(hook, **kwargs):
    _global_hooks.append(hook)


def register_module_forward_pre_hook(hook):
    _global_hooks.append(hook)


def register_module_full_backward_hook(hook):
    _global_hooks.append(hook)
