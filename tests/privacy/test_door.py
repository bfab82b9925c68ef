"""A text that was scrubbed has a type of its own, which only privacy makes: whoever learns from people's texts or gives them away takes that one."""

import ast
from pathlib import Path

import careloom

ROOT = Path(careloom.__file__).parent


def test_only_privacy_makes_a_scrubbed_text():
    makers = {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.rglob("*.py")
        if "Scrubbed" in (source := path.read_text(encoding="utf-8"))
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Scrubbed"
    }
    assert makers == {"privacy/scrub.py"}
