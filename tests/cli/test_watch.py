"""careloom watch and careloom programme: a home with nothing in it says so, a count prints what can't be told yet, a calendar its due days."""

from tests.flow.process import answer, careloom


def test_a_home_where_nothing_was_counted_says_so_and_a_count_prints_what_there_is(tmp_path):
    assert answer(tmp_path, "watch", "--stored") == {"counted": None}
    told = answer(tmp_path, "watch")
    assert told["signals"] == [] and told["false_alarms_a_year"] == 2.0
    shown = careloom(tmp_path, "watch", "--stored").stdout
    assert "Nothing can be judged yet" in shown and "Too few cases is not the same as stable" in shown


def test_the_calendar_is_listed_written_as_icalendar_and_a_period_that_there_is_not_is_said(tmp_path):
    told = answer(tmp_path, "programme", "--make", "--ics", tmp_path / "days.ics")
    assert {one["state"] for one in told["periods"]} == {"coming"} and told["file"].endswith("days.ics")
    text = (tmp_path / "days.ics").read_text()
    assert text.count("BEGIN:VEVENT") == len(told["periods"])
    first = told["periods"][0]
    one = answer(tmp_path, "programme", first["item"], first["period"])
    assert (one["state"], one["versions"], one["newest"]) == ("coming", 0, None)
    refused = careloom(tmp_path, "programme", "weekly", "1999-W01")
    assert refused.returncode == 65 and "there is no such period, or it was over before" in refused.stderr
    listed = careloom(tmp_path, "programme").stdout
    assert listed.startswith("No report is owed yet.") and "are to come, the next one due on" in listed
