"""The weights of a GGUF file: its shape, and each tensor as numbers when it is asked for, so that never all of them are in memory."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from careloom.errors import ConfigError

# What can be trained here; llama-type files hold the rows of q and k in another order (see `Weights.tensor`).
QWEN, LLAMA = "qwen2", "llama"


@dataclass(frozen=True, slots=True)
class Shape:
    """A decoder's shape: `layers` blocks of `width` numbers, `heads` heads of `head` numbers that share `kv_heads` keys."""

    architecture: str
    layers: int
    width: int
    inner: int
    heads: int
    kv_heads: int
    head: int
    rope_base: float
    epsilon: float
    end: int

    @property
    def layer_bytes(self) -> int:
        """The bytes of a layer's weights as 32-bit numbers."""
        attention = self.width * self.head * 2 * (self.heads + self.kv_heads)
        return 4 * (attention + 3 * self.width * self.inner)


class Weights:
    """A GGUF file, memory-mapped. Raises ConfigError where it can't be read or is of a type that isn't trained here."""

    def __init__(self, path: Path) -> None:
        try:
            import gguf  # late: of the extra `train`
        except ImportError:
            raise ConfigError("the extra `train` is not installed (docs/learning.md)") from None
        try:
            self._reader: Any = gguf.GGUFReader(path)
        except (OSError, ValueError, KeyError, IndexError):
            raise ConfigError(f"{path}: is no GGUF file that can be read") from None
        self._tensors = {one.name: one for one in self._reader.tensors}
        self.shape = self._shape(path)

    def has(self, name: str) -> bool:
        """Whether there is a tensor of this name."""
        return name in self._tensors

    @property
    def head_bytes(self) -> int:
        """The bytes of the table from numbers to words, as 32-bit numbers."""
        return 4 * int(self._tensors[self.head_name].n_elements)

    @property
    def head_name(self) -> str:
        """The tensor that makes words of numbers: the table of words itself where there is no other."""
        return "output.weight" if self.has("output.weight") else "token_embd.weight"

    def tensor(self, name: str) -> Any:
        """A tensor as 32-bit numbers (a row an output). The rows of q and k of a llama-type file, which llama.cpp turns in pairs of
        neighbours, are put into the order of halves, in which they are computed here.
        """
        import gguf  # late: see above
        import torch

        one = self._tensors[name]
        numbers = torch.from_numpy(gguf.dequantize(one.data, one.tensor_type).astype("float32"))
        numbers = numbers.reshape(tuple(int(size) for size in reversed(one.shape)))
        part = name.split(".")[-2]
        if self.shape.architecture == LLAMA and part in ("attn_q", "attn_k"):
            heads = self.shape.heads if part == "attn_q" else self.shape.kv_heads
            halves = numbers.reshape(heads, self.shape.head // 2, 2, -1).swapaxes(1, 2)
            numbers = halves.reshape(numbers.shape).contiguous()
        return numbers

    def rows(self, name: str, wanted: Any) -> Any:
        """Some rows of a table, by their numbers (a tensor); the others stay packed."""
        import gguf  # late: see above
        import torch

        one = self._tensors[name]
        numbers = gguf.dequantize(one.data[wanted.numpy()], one.tensor_type)
        return torch.from_numpy(numbers.astype("float32")).reshape(len(wanted), self.shape.width)

    def _shape(self, path: Path) -> Shape:
        architecture = self._told("general.architecture")
        if architecture not in (QWEN, LLAMA) or self.has("rope_freqs.weight"):
            raise ConfigError(f"{path}: weights of the type {architecture!r} can't be trained here")
        try:
            heads = self._told(f"{architecture}.attention.head_count")
            width = self._told(f"{architecture}.embedding_length")
            return Shape(
                architecture=architecture,
                layers=self._told(f"{architecture}.block_count"),
                width=width,
                inner=self._told(f"{architecture}.feed_forward_length"),
                heads=heads,
                kv_heads=self._told(f"{architecture}.attention.head_count_kv", heads),
                head=self._told(f"{architecture}.attention.key_length", width // heads),
                rope_base=self._told(f"{architecture}.rope.freq_base", 10000.0),
                epsilon=self._told(f"{architecture}.attention.layer_norm_rms_epsilon"),
                end=self._told("tokenizer.ggml.eos_token_id"),
            )
        except KeyError as error:
            raise ConfigError(f"{path}: the file does not tell {error.args[0]}") from None

    def _told(self, name: str, otherwise: Any = None) -> Any:
        field = self._reader.fields.get(name)
        if field is None:
            if otherwise is None:
                raise KeyError(name)
            return otherwise
        return field.contents()
