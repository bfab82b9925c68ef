"""What is learned from, given away or shown as a case has gone through de-identification: told by the types and by what each module reads, module by module."""

import ast
from collections.abc import Iterator
from pathlib import Path

import careloom

ROOT = Path(careloom.__file__).parent
# Whatever holds people's words.
OF_PEOPLE = (
    "careloom.store",
    "careloom.pipeline",
    "careloom.connect.",
    "careloom.care",
    "careloom.identity",
    "careloom.charts",
)
# Of `connect` the sorting of sentences has no person in it.
TAUGHT = frozenset(
    {"careloom.connect.said", "careloom.connect.said.learned", "careloom.connect.said.need_phrases"}
)


def trees(folder: Path) -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(folder.rglob("*.py")):
        yield path.relative_to(folder).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def called(node: ast.AST) -> str:
    """The last name of what is called; "" for anything else."""
    return getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""


def makers(name: str) -> set[str]:
    return {file for file, tree in trees(ROOT) if any(called(node) == name for node in ast.walk(tree))}


def imported(tree: ast.Module) -> set[str]:
    return {
        name
        for node in ast.walk(tree)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [one.name for one in node.names]
            if isinstance(node, ast.Import)
            else []
        )
    }


def method(file: str, name: str) -> ast.FunctionDef:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return next(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == name)


def test_only_privacy_makes_a_scrubbed_text():
    assert makers("Scrubbed") == {"privacy/scrub.py"}


def test_weights_are_trained_on_a_cleared_set_alone_and_one_place_clears_it():
    assert makers("Cleared") == {"pipeline/gathering.py"}
    cleared = method("improve/lora/making.py", "make").args.args[2]
    assert isinstance(cleared.annotation, ast.Name) and cleared.annotation.id == "Cleared"
    for file, tree in trees(ROOT / "improve" / "lora"):
        assert not [one for one in imported(tree) if one.startswith(OF_PEOPLE)], file


def test_our_own_training_reads_nothing_of_anybody():
    for file, tree in trees(ROOT.parent / "training"):
        read = {one for one in imported(tree) if one.startswith(OF_PEOPLE)}
        assert read <= TAUGHT, file


def test_a_pair_of_what_was_signed_is_given_only_where_nothing_was_found_in_any_of_its_texts():
    checked = method("improve/signed.py", "_safe")
    looked = next(node for node in ast.walk(checked) if isinstance(node, ast.For))
    assert {one.attr for one in ast.walk(looked.iter) if isinstance(one, ast.Attribute)} == {
        "asked",
        "drafted",
        "said",
    }
    assert any(called(node) == "scrub" for node in ast.walk(looked))
    tree = ast.parse((ROOT / "improve" / "signed.py").read_text(encoding="utf-8"))
    inside = [id(node) for node in ast.walk(tree) if called(node) == "_safe" for node in ast.walk(node)]
    made = [node for node in ast.walk(tree) if called(node) == "Signed"]
    assert made and all(id(node) in inside for node in made)
    assert {file for file in makers("Pair") if file.startswith("improve/")} == {"improve/training_set.py"}


def test_the_words_of_a_failure_case_were_scrubbed():
    tree = ast.parse((ROOT / "pipeline" / "failing.py").read_text(encoding="utf-8"))
    words = [
        ast.unparse(part.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called(node) == "Case"
        for part in node.keywords
        if part.arg == "words"
    ]
    assert sorted(words) == ["''", "scrub(words, (known,)).text"]
    assert makers("keep_case") == {"pipeline/failing.py"}


def test_every_text_of_an_entry_that_is_exported_goes_through_de_identification():
    """Of an entry its words are read nowhere else than in a call of what takes identifiers out; the rest is codes of public systems, numbers and states."""
    entry = method("pipeline/deidentifying.py", "entry")
    clean = {
        id(inner)
        for node in ast.walk(entry)
        if called(node) in ("_said", "_value", "mark", "_when")
        for inner in ast.walk(node)
    }
    words = [
        node
        for node in ast.walk(entry)
        if isinstance(node, ast.Attribute)
        and node.attr in ("text", "value", "happened", "id")
        and ast.unparse(node.value) != "self"
    ]
    assert len(words) >= 4 and all(id(node) in clean for node in words)
    assert not {node.attr for node in ast.walk(entry) if isinstance(node, ast.Attribute)} & {
        "source",
        "author",
        "patient",
        "evidence",
    }
    said = method("pipeline/deidentifying.py", "_said")
    assert [called(node) for node in ast.walk(said) if called(node)] == ["deidentified"]
