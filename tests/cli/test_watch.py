"""careloom watch: a home with nothing in it says so, and a count prints what can't be told yet."""

from tests.flow.process import answer, careloom


def test_a_home_where_nothing_was_counted_says_so_and_a_count_prints_what_there_is(tmp_path):
    assert answer(tmp_path, "watch", "--stored") == {"counted": None}
    told = answer(tmp_path, "watch")
    assert told["signals"] == [] and told["false_alarms_a_year"] == 2.0
    shown = careloom(tmp_path, "watch", "--stored").stdout
    assert "Nothing moved" in shown and "Too few cases is not the same as stable" in shown
