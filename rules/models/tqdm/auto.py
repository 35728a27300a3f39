"""tqdm.auto, from tqdm 4.70.1 (tqdm/auto.py)."""

from tqdm import tqdm, trange
