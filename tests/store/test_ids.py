"""Row ids tell the order in which they were made."""

from concurrent.futures import ThreadPoolExecutor

from careloom.store.ids import new_id


def test_ids_that_are_made_one_after_the_other_sort_so_and_none_comes_twice():
    made = [new_id() for _ in range(20_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert {one.version for one in made} == {7}


def test_two_who_make_ids_at_once_never_make_the_same():
    with ThreadPoolExecutor(4) as pool:
        made = [
            one for some in pool.map(lambda _: [new_id() for _ in range(2_000)], range(4)) for one in some
        ]
    assert len(set(made)) == len(made)
