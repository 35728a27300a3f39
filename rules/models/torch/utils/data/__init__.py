"""torch.utils.data, from PyTorch 2.15.0 (torch/utils/data/dataloader.py)."""
# cyclint: model better-than-source


class Dataset:
    pass


class IterableDataset(Dataset):
    pass


class DataLoader:
    def __init__(
        self,
        dataset,
        batch_size=1,
        shuffle=None,
        sampler=None,
        batch_sampler=None,
        num_workers=0,
        collate_fn=None,
        **kwargs
    ):
        self.dataset = dataset
        self.sampler = sampler
        self.batch_sampler = batch_sampler
        self.collate_fn = collate_fn
        self.worker_init_fn = kwargs.get("worker_init_fn")
