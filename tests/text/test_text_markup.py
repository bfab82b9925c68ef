"""What a reader of HTML would see."""

from hypothesis import given
from hypothesis import strategies as st

from careloom.text.markup import plain


def test_blocks_become_lines_and_scripts_nothing():
    assert plain(
        "<h1>Note</h1><p>Lives&nbsp;<b>alone</b>.</p><style>p{}</style><ul><li>no car<li>no job</ul>"
    ) == ("Note\nLives alone.\nno car\nno job")


@given(st.text(max_size=300))
def test_anything_is_read_without_complaint(text):
    assert "\n\n" not in plain(text)
