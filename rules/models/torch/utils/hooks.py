"""torch.utils.hooks, from PyTorch 2.15.0 (torch/utils/hooks.py)."""
# cyclint: model better-than-source

import weakref


class RemovableHandle:
    # Refers to the hooks weakly.
    def __init__(self, owner):
        self.hooks_dict_ref = weakref.ref(owner)

    def remove(self):
        self.hooks_dict_ref()._hooks.clear()

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.remove()
