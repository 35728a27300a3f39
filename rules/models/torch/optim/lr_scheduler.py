"""torch.optim.lr_scheduler, from PyTorch 2.15.0 (torch/optim/lr_scheduler.py)."""
# cyclint: model better-than-source


class LRScheduler:
    def __init__(self, optimizer, last_epoch=-1):
        self.optimizer = optimizer


class LambdaLR(LRScheduler):
    def __init__(self, optimizer, lr_lambda, last_epoch=-1):
        super().__init__(optimizer)
        self.lr_lambdas = [lr_lambda]


class MultiplicativeLR(LRScheduler):
    def __init__(self, optimizer, lr_lambda, last_epoch=-1):
        super().__init__(optimizer)
        self.lr_lambdas = [lr_lambda]
