"""How far a source was read is noted and never goes back; an export that is under way outlives its process."""

from datetime import UTC, datetime, timedelta

from careloom.store import Store
from careloom.store.models import PullMark, StoredExport

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
URL = "https://ehr.example/jobs/1?patient=p-778"


def test_a_mark_moves_forward_alone(store: Store) -> None:
    assert store.pulls.mark("mercy", "Condition") is None
    store.pulls.advance("mercy", "Condition", NOON)
    store.pulls.advance("mercy", "Condition", NOON + HOUR)
    store.pulls.advance("mercy", "Condition", NOON)
    assert store.pulls.mark("mercy", "Condition") == NOON + HOUR
    assert PullMark.objects.count() == 1


def test_each_source_search_and_patient_has_a_mark_of_its_own(store: Store) -> None:
    store.pulls.advance("mercy", "Condition", NOON)
    store.pulls.advance("mercy", "Condition", NOON + HOUR, "p-778")
    assert store.pulls.mark("mercy", "Condition") == NOON
    assert store.pulls.mark("mercy", "Condition", "p-778") == NOON + HOUR
    assert store.pulls.mark("mercy", "Condition", "p-2") is None
    assert store.pulls.mark("mercy", "Observation") is None
    assert store.pulls.mark("northgate", "Condition") is None


def test_no_patients_number_stands_in_a_mark_or_an_export(store: Store) -> None:
    store.pulls.advance("mercy", "Condition", NOON, "p-778")
    store.pulls.begin("mercy", "group p-778", "{}", URL)
    (mark,) = PullMark.objects.values_list()
    (export,) = StoredExport.objects.values_list()
    assert not any("p-778" in str(value) for value in (*mark, *export))
    assert not any(b"p-778" in bytes(value) for value in export if isinstance(value, bytes | memoryview))


def test_an_export_is_found_again_with_its_files_and_what_is_stored_of_them(store: Store) -> None:
    assert store.pulls.under_way("mercy", "patient") is None
    begun = store.pulls.begin("mercy", "patient", '{"since":""}', URL)
    assert store.pulls.under_way("mercy", "patient") == begun
    listed = store.pulls.listed(begun, '{"output":[]}')
    store.pulls.stored(store.pulls.stored(listed, 2), 0)
    found = store.pulls.under_way("mercy", "patient")
    assert found is not None
    assert (found.status_url, found.wish, found.listing) == (URL, '{"since":""}', '{"output":[]}')
    assert (found.state, found.done) == ("listed", {0, 2})
    assert store.pulls.under_way("mercy", "group g1") is None


def test_an_export_that_ended_is_no_longer_under_way(store: Store) -> None:
    for state in ("done", "given up"):
        store.pulls.end(store.pulls.begin("mercy", "patient", "{}", URL), state)
        assert store.pulls.under_way("mercy", "patient") is None
    assert sorted(StoredExport.objects.values_list("state", flat=True)) == ["done", "given up"]
