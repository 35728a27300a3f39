"""torch.optim, from PyTorch 2.15.0 (torch/optim/optimizer.py)."""
# cyclint: model better-than-source


class Optimizer:
    def __init__(self, params, defaults=None):
        self.param_groups = params
