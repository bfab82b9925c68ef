"""An adapter is trained on a CPU, goes on where it was killed, is loaded by llama.cpp, and one that got worse is no candidate."""

import resource
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from careloom.errors import ConfigError
from careloom.improve.cleared import Cleared
from careloom.improve.training_set import INVENTED, Pair, TrainingSet
from tests.improve import tiny

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install torch")
for needed in ("peft", "gguf", "xllamacpp"):
    pytest.importorskip(needed, reason=f"{needed} is not installed: the extras `train` and `embedded`")

from careloom.draft.kind import Task  # noqa: E402
from careloom.improve.lora import making  # noqa: E402
from careloom.improve.lora.recipe import read  # noqa: E402
from careloom.llm.embedded import served  # noqa: E402

TASK = Task("join", "1", 20, "Join the words.", (), {}, True, "as they are", 0.5)
RECIPE = replace(read(), layers=2, rank=4, rate=0.02, together=4, epochs=4, checkpoint_every=2, look_every=2)
SHA256 = "a" * 64

# Words that are nobody's name.
WORDS = [
    "bread",
    "pasta",
    "milk",
    "salt",
    "soup",
    "beans",
    "corn",
    "cheese",
    "meat",
    "tea",
    "oats",
    "nuts",
    "eggs",
    "water",
    "juice",
    "fruit",
    "sugar",
    "flour",
    "butter",
    "honey",
]


def pair(number, split):
    word = WORDS[number]
    return Pair(
        kind="care_plan",
        task="join",
        version="1",
        prompt=TASK.asked,
        asked=f"[1] {word} is so. [2] {word} {word} is so.",
        said="th th th.",
        source=INVENTED,
        group=f"somebody-{number}",
        split=split,
    )


SET = TrainingSet(tuple(pair(number, "train" if number < 12 else "development") for number in range(20)))


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    return tiny.write(tmp_path_factory.mktemp("tiny") / "tiny.gguf")


class Killed(Exception):
    pass


def made(weights, folder, recipe=RECIPE, kill_at=None, **terms):
    def step(said, done, of):
        if kill_at and "development" in said and done == kill_at:
            raise Killed

    return making.make(weights, SHA256, Cleared(SET, {}), recipe, folder, lambda _: TASK, step=step, **terms)


@pytest.fixture(scope="module")
def trained(weights, tmp_path_factory):
    return made(weights, tmp_path_factory.mktemp("trained"))


def scores(weights, adapter, text="the"):
    server = served(weights, key="k", slots=1, context=256, adapter=adapter)
    reply = server.handle_completions(
        {"prompt": text, "n_predict": 1, "n_probs": 3, "temperature": 0, "cache_prompt": False}
    )
    return {
        one["id"]: one["logprob"] for one in reply["choices"][0]["logprobs"]["content"][0]["top_logprobs"]
    }


def test_training_lowers_the_loss_of_what_it_never_learned_from(trained):
    assert not trained.worse
    assert (
        trained.looks[0].step == 0
        and min(one.development for one in trained.looks) < 0.9 * trained.looks[0].development
    )
    assert trained.steps <= RECIPE.epochs * 3 and trained.resumed == 0


def test_llama_cpp_loads_the_adapter_and_says_something_else_with_it(weights, trained):
    without, adapted = scores(weights, None), scores(weights, Path(trained.file))
    assert without != adapted
    assert Path(trained.file).stat().st_size < 100_000


def test_what_is_computed_here_is_what_llama_cpp_computes_with_the_adapter_too(weights, trained):
    import gguf

    from careloom.improve.lora.layers import Top, adapted
    from careloom.improve.lora.packing import packs
    from careloom.improve.lora.weights import Weights

    for kind in ("qwen2", "llama"):
        path = tiny.write(weights.with_name(f"{kind}-again.gguf"), kind)
        own = Weights(path)
        top = Top(own, range(own.shape.layers))
        adapter = None
        if kind == "qwen2":
            adapter = Path(trained.file)
            named = adapted(top, rank=RECIPE.rank, alpha=RECIPE.alpha, targets=RECIPE.targets)
            held = {
                one.name: torch.from_numpy(one.data.copy()).float()
                for one in gguf.GGUFReader(adapter).tensors
            }
            with torch.no_grad():
                for name, one in named.items():
                    place, _, part = name.partition(".lora_")
                    one.copy_(held.get(f"{place}.weight.lora_{part[0].lower()}", torch.zeros_like(one)))
        asked = [tuple(f"so. {last}".encode()) for last in "abc[mz"]
        [pack] = packs([(one, (1,)) for one in asked], len(asked))
        with torch.no_grad():
            hidden = own.rows("token_embd.weight", pack.words)
            said = top(hidden, pack.places, pack.mask, pack.at).log_softmax(-1)
        server = served(path, key="k", slots=1, context=256, adapter=adapter)
        compared = 0
        for row, one in enumerate(asked):
            terms = {"n_predict": 1, "n_probs": 3, "temperature": 0, "cache_prompt": False}
            reply = server.handle_completions({"prompt": list(one), **terms})
            # Where an answer ends at once llama.cpp tells no scores.
            for told in ((reply["choices"][0]["logprobs"] or {}).get("content") or [{}])[0].get(
                "top_logprobs", ()
            ):
                assert said[row][told["id"]].item() == pytest.approx(told["logprob"], abs=0.03)
                compared += 1
        assert compared >= 6


def test_a_run_that_was_killed_goes_on_and_gives_the_same_adapter(weights, trained, tmp_path):
    with pytest.raises(Killed):
        made(weights, tmp_path, kill_at=5)
    again = made(weights, tmp_path)
    assert again.resumed == 4
    assert again.sha256 == trained.sha256 and again.looks == trained.looks


def test_a_broken_checkpoint_is_made_anew(weights, trained, tmp_path):
    with pytest.raises(Killed):
        made(weights, tmp_path, kill_at=5)
    [checkpoint] = tmp_path.glob("*/checkpoint.pt")
    checkpoint.write_bytes(checkpoint.read_bytes()[:100])
    again = made(weights, tmp_path)
    assert again.resumed == 0 and again.sha256 == trained.sha256


def test_a_disk_that_fills_keeps_the_newest_checkpoint_and_says_so(weights, trained, tmp_path):
    with pytest.raises(Killed):
        made(weights, tmp_path, kill_at=3)
    [checkpoint] = tmp_path.glob("*/checkpoint.pt")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    kept = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(ConfigError, match=r"step 4 can't be saved.*What was saved before is kept"):
            made(weights, tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, kept)
    assert not list(tmp_path.glob("*/*.part")) and checkpoint.exists()
    again = made(weights, tmp_path)
    assert again.resumed == 2 and again.sha256 == trained.sha256


def test_an_adapter_that_got_worse_says_so(weights, tmp_path):
    spoilt = replace(RECIPE, rate=1000.0, epochs=2, patience=2)
    assert made(weights, tmp_path, spoilt).worse


def test_too_little_memory_or_disk_is_said_before_anything_is_trained(weights, tmp_path):
    with pytest.raises(ConfigError, match=r"0\.1 GB of memory are free; this recipe needs 0\.7 GB"):
        made(weights, tmp_path, available=100_000_000)
    with pytest.raises(ConfigError, match=r"0\.00 GB of the disk are free"):
        made(weights, tmp_path, free=10)
    assert not list(tmp_path.glob("*/*.pt"))


def test_a_recipe_that_does_not_fit_the_weights_is_refused(weights, tmp_path):
    with pytest.raises(ConfigError, match="trains 9 layers; the weights have 3"):
        made(weights, tmp_path, replace(RECIPE, layers=9))
    with pytest.raises(ConfigError, match="'attn_x' is none of"):
        made(weights, tmp_path, replace(RECIPE, targets=("attn_x",)))
    llama = tiny.write(tmp_path / "llama.gguf", "llama")
    with pytest.raises(ConfigError, match="rows of attn_q stand in another order"):
        made(llama, tmp_path)
    values = made(llama, tmp_path, replace(RECIPE, targets=("attn_v", "ffn_down"), epochs=1))
    assert values.steps == 3


def test_too_few_examples_teach_nothing(weights, tmp_path):
    few = TrainingSet(SET.pairs[:3])
    with pytest.raises(ConfigError, match="3 examples in its training split; at least 8"):
        making.make(weights, SHA256, Cleared(few, {}), RECIPE, tmp_path, lambda _: TASK)
