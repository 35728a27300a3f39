"""torch.nn, from PyTorch 2.15.0 (torch/nn/modules/module.py, container.py, torch/utils/hooks.py).

Modules, parameters and buffers that are assigned to an attribute are kept in a dictionary of the
module, which is as good as the attribute.
"""
# cyclint: model better-than-source

import torch
from torch.nn.modules.module import Module


class Parameter(torch.Tensor):
    pass


class ModuleList(Module):
    def __init__(self, modules=None):
        super().__init__()
        self._list = []
        if modules is not None:
            self._list.extend(modules)

    def __getitem__(self, index):
        return self._list[index]

    def __iter__(self):
        return iter(self._list)

    def append(self, module):
        self._list.append(module)
        return self


class Sequential(Module):
    def __init__(self, *args):
        super().__init__()
        self._list = args

    def __getitem__(self, index):
        return self._list[index]


class ModuleDict(Module):
    def __init__(self, modules=None):
        super().__init__()
        self._dict = {}
        if modules is not None:
            self._dict.update(modules)

    def __getitem__(self, key):
        return self._dict[key]

    def __setitem__(self, key, module):
        self._dict[key] = module


# Layers, which keep nothing but parameters.

class Linear(Module):
    pass


class Bilinear(Module):
    pass


class Identity(Module):
    pass


class Flatten(Module):
    pass


class Unflatten(Module):
    pass


class Conv1d(Module):
    pass


class Conv2d(Module):
    pass


class Conv3d(Module):
    pass


class ConvTranspose1d(Module):
    pass


class ConvTranspose2d(Module):
    pass


class ConvTranspose3d(Module):
    pass


class MaxPool1d(Module):
    pass


class MaxPool2d(Module):
    pass


class AvgPool1d(Module):
    pass


class AvgPool2d(Module):
    pass


class AdaptiveAvgPool1d(Module):
    pass


class AdaptiveAvgPool2d(Module):
    pass


class BatchNorm1d(Module):
    pass


class BatchNorm2d(Module):
    pass


class BatchNorm3d(Module):
    pass


class GroupNorm(Module):
    pass


class LayerNorm(Module):
    pass


class InstanceNorm2d(Module):
    pass


class Dropout(Module):
    pass


class Dropout2d(Module):
    pass


class Embedding(Module):
    pass


class EmbeddingBag(Module):
    pass


class RNN(Module):
    pass


class LSTM(Module):
    pass


class GRU(Module):
    pass


class LSTMCell(Module):
    pass


class GRUCell(Module):
    pass


class MultiheadAttention(Module):
    pass


class Transformer(Module):
    pass


class TransformerEncoder(Module):
    pass


class TransformerEncoderLayer(Module):
    pass


class TransformerDecoder(Module):
    pass


class TransformerDecoderLayer(Module):
    pass


class ReLU(Module):
    pass


class LeakyReLU(Module):
    pass


class ELU(Module):
    pass


class GELU(Module):
    pass


class SiLU(Module):
    pass


class Sigmoid(Module):
    pass


class Tanh(Module):
    pass


class Softmax(Module):
    pass


class LogSoftmax(Module):
    pass


class Softplus(Module):
    pass


class Upsample(Module):
    pass


class PixelShuffle(Module):
    pass


class L1Loss(Module):
    pass


class MSELoss(Module):
    pass


class NLLLoss(Module):
    pass


class BCELoss(Module):
    pass


class BCEWithLogitsLoss(Module):
    pass


class CrossEntropyLoss(Module):
    pass


class SmoothL1Loss(Module):
    pass


class KLDivLoss(Module):
    pass
