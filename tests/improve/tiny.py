"""A model of a few thousand random numbers as a GGUF file, which llama.cpp runs: bytes for words, and the template of a chat."""

import numpy as np

WIDTH, INNER, HEADS, KV, HEAD, LAYERS = 32, 48, 4, 2, 8, 3
END = "<|im_end|>"
TEMPLATE = (
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>\n' }}{% endfor %}"
    "{{ '<|im_start|>assistant\n' }}"
)


def byte_words():
    """A character for each byte, as byte-level BPE has them."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in plain]
    names = {byte: chr(byte) for byte in plain} | {byte: chr(256 + at) for at, byte in enumerate(others)}
    return [names[byte] for byte in range(256)]


def write(path, architecture="qwen2", seed=7):
    import gguf

    chance = np.random.default_rng(seed)
    words = [*byte_words(), "<|im_start|>", END, "th"]
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_block_count(LAYERS)
    writer.add_context_length(512)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(10000.0)
    if architecture == "llama":
        writer.add_rope_dimension_count(HEAD)
    writer.add_vocab_size(len(words))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(words)
    writer.add_token_types([*[1] * 256, 3, 3, 1])
    writer.add_token_merges(["t h"])
    writer.add_eos_token_id(257)
    writer.add_chat_template(TEMPLATE)

    def add(name, *shape, scale=0.2):
        writer.add_tensor(name, (chance.standard_normal(shape) * scale).astype("float32"))

    add("token_embd.weight", len(words), WIDTH, scale=1.0)
    writer.add_tensor("output_norm.weight", np.ones(WIDTH, "float32"))
    add("output.weight", len(words), WIDTH, scale=0.5)
    for at in range(LAYERS):
        place = f"blk.{at}"
        sizes = {"attn_q": HEADS * HEAD, "attn_k": KV * HEAD, "attn_v": KV * HEAD, "attn_output": WIDTH}
        for name, size in sizes.items():
            add(f"{place}.{name}.weight", size, WIDTH)
            if architecture == "qwen2" and name != "attn_output":
                add(f"{place}.{name}.bias", size)
        add(f"{place}.ffn_gate.weight", INNER, WIDTH)
        add(f"{place}.ffn_up.weight", INNER, WIDTH)
        add(f"{place}.ffn_down.weight", WIDTH, INNER)
        for name in ("attn_norm", "ffn_norm"):
            writer.add_tensor(f"{place}.{name}.weight", np.ones(WIDTH, "float32"))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
