"""A decoder's layers in PyTorch, named as the GGUF file names their tensors, and the last ones with a low-rank adapter by peft."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from careloom.improve.lora.weights import Shape, Weights

# What an adapter may change. The rows of q and k stand in another order in llama-type files: they are left alone there.
LINEAR = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
PERMUTED = ("attn_q", "attn_k")


class Norm(nn.Module):
    """Root mean square normalisation."""

    def __init__(self, weight: torch.Tensor, epsilon: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(weight, requires_grad=False)
        self.epsilon = epsilon

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """As RMSNorm (Zhang and Sennrich, 2019), with the weight's scale."""
        return functional.rms_norm(hidden, (hidden.shape[-1],), self.weight, self.epsilon)


class Layer(nn.Module):
    """One block: attention and the gated feed-forward part, each on top of what came in."""

    def __init__(self, weights: Weights, number: int) -> None:
        super().__init__()
        self.shape = weights.shape
        place = f"blk.{number}"
        for name in LINEAR:
            setattr(self, name, _linear(weights, f"{place}.{name}"))
        self.attn_norm = Norm(weights.tensor(f"{place}.attn_norm.weight"), self.shape.epsilon)
        self.ffn_norm = Norm(weights.tensor(f"{place}.ffn_norm.weight"), self.shape.epsilon)

    def forward(self, hidden: torch.Tensor, turned: "Turned", mask: torch.Tensor) -> torch.Tensor:
        """`hidden` (words, width) after this block; `mask` (words, words) is true where one word may see another."""
        hidden = hidden + self._attention(self.attn_norm(hidden), turned, mask)
        inner = self.ffn_norm(hidden)
        gated: torch.Tensor = self.ffn_down(functional.silu(self.ffn_gate(inner)) * self.ffn_up(inner))
        return hidden + gated

    def _attention(self, inner: torch.Tensor, turned: "Turned", mask: torch.Tensor) -> torch.Tensor:
        shape, words = self.shape, inner.shape[0]
        asks = turned(self.attn_q(inner).view(words, shape.heads, shape.head).transpose(0, 1))
        keys = turned(self.attn_k(inner).view(words, shape.kv_heads, shape.head).transpose(0, 1))
        values = self.attn_v(inner).view(words, shape.kv_heads, shape.head).transpose(0, 1)
        shared = shape.heads // shape.kv_heads
        seen = functional.scaled_dot_product_attention(
            asks[None],
            keys.repeat_interleave(shared, 0)[None],
            values.repeat_interleave(shared, 0)[None],
            attn_mask=mask,
        )[0]
        told: torch.Tensor = self.attn_output(seen.transpose(0, 1).reshape(words, -1))
        return told


class Turned:
    """Rotary positions (Su et al., 2021), in halves: turns each head by its word's place."""

    def __init__(self, places: torch.Tensor, shape: Shape) -> None:
        steps = torch.arange(0, shape.head, 2, dtype=torch.float32) / shape.head
        angles = places[:, None].float() * shape.rope_base**-steps
        self._cos, self._sin = torch.cat([angles, angles], -1).cos(), torch.cat([angles, angles], -1).sin()

    def __call__(self, heads: torch.Tensor) -> torch.Tensor:
        """Heads (heads, words, numbers), turned."""
        one, other = heads.chunk(2, -1)
        return heads * self._cos + torch.cat([-other, one], -1) * self._sin


class Top(nn.Module):
    """The last layers with what makes words of their numbers: the part that an adapter trains."""

    def __init__(self, weights: Weights, numbers: Sequence[int]) -> None:
        super().__init__()
        self.blk = nn.ModuleDict({str(number): Layer(weights, number) for number in numbers})
        self.output_norm = Norm(weights.tensor("output_norm.weight"), weights.shape.epsilon)
        self.head = nn.Parameter(weights.tensor(weights.head_name), requires_grad=False)
        self.shape = weights.shape

    def forward(
        self, hidden: torch.Tensor, places: torch.Tensor, mask: torch.Tensor, at: torch.Tensor
    ) -> torch.Tensor:
        """The scores of every next word behind the words `at`, from what the layers below gave."""
        turned = Turned(places, self.shape)
        for layer in self.blk.values():
            hidden = layer(hidden, turned, mask)
        return functional.linear(self.output_norm(hidden[at]), self.head)


def adapted(top: Top, *, rank: int, alpha: int, targets: Sequence[str]) -> dict[str, nn.Parameter]:
    """Puts an adapter, which changes nothing yet, into the layers; its parameters by name ("blk.27.attn_q.lora_A.default.weight")."""
    import peft  # late: of the extra `train`

    config = peft.LoraConfig(
        r=rank, lora_alpha=alpha, target_modules=list(targets), lora_dropout=0.0, bias="none"
    )
    peft.inject_adapter_in_model(config, top)
    found: dict[str, Any] = {}
    for name, parameter in top.named_parameters():
        parameter.requires_grad_("lora_" in name)
        if "lora_" in name:
            found[name] = parameter
    return found


def _linear(weights: Weights, name: str) -> nn.Linear:
    weight = weights.tensor(f"{name}.weight")
    bias = weights.tensor(f"{name}.bias") if weights.has(f"{name}.bias") else None
    made = nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None, device="meta")
    made.weight = nn.Parameter(weight, requires_grad=False)
    if bias is not None:
        made.bias = nn.Parameter(bias, requires_grad=False)
    return made
