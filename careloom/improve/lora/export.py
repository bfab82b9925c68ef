"""An adapter as a GGUF file, as llama.cpp takes it: for each tensor a pair `NAME.lora_a` and `NAME.lora_b`, and the scale."""

import hashlib
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from careloom.errors import ConfigError


def write(
    path: Path, trained: Mapping[str, Any], *, architecture: str, alpha: int, told: Mapping[str, str]
) -> str:
    """Writes the trained pairs (by peft's names) as 16-bit numbers; the file's SHA-256. `told` goes into its header.

    The same numbers make the same bytes. Nothing is left where it can't be written: raises ConfigError.
    """
    import gguf  # late: of the extra `train`

    half = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        writer = gguf.GGUFWriter(half, architecture)
        writer.add_type(gguf.GGUFType.ADAPTER)
        writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
        writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, float(alpha))
        for name, said in sorted(told.items()):
            writer.add_string(f"careloom.{name}", said)
        for name in sorted(trained):
            numbers = trained[name].detach().to("cpu").half().contiguous().numpy()
            writer.add_tensor(_gguf_name(name), numbers)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        with half.open("rb+") as file:
            os.fsync(file.fileno())
        found = hashlib.sha256(half.read_bytes()).hexdigest()
        half.replace(path)
    except OSError as error:
        raise ConfigError(f"{path}: the adapter can't be written: {error.strerror}") from None
    finally:
        with suppress(OSError):
            half.unlink(missing_ok=True)
    return found


def _gguf_name(name: str) -> str:
    """ "blk.27.attn_q.lora_A.default.weight" is "blk.27.attn_q.weight.lora_a" there."""
    place, _, part = name.partition(".lora_")
    return f"{place}.weight.lora_{part[0].lower()}"
