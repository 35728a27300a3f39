"""tqdm.auto, from tqdm 4.70.1 (tqdm/auto.py)."""
# cyclint: model better-than-source

from tqdm import tqdm, trange
