"""The evidence pane: source words, values, trends and fills of what a line cites."""

from dataclasses import replace

from careloom.care.detail import DETAIL
from careloom.care.document import Statement
from careloom.care.entry import Range, Source
from careloom.web.present.evidence import Evidence, basis, show
from careloom.web.present.facts import DETAILS
from careloom.web.present.sparkline import HEIGHT, WIDTH, draw
from tests.web.people import ENTRIES, NOTE, QUOTE, RECORD, STATEMENTS


def line(number: int) -> Statement:
    return STATEMENTS[number - 1]


def entry(number: int) -> Evidence:
    return show(ENTRIES[number - 1], [ENTRIES[3]])


def test_a_result_is_shown_with_unit_range_interpretation_date_and_source() -> None:
    shown = entry(3)
    assert (shown.kind, shown.value, shown.flag) == ("laboratory result", "38 mL/min/1.73 m²", "low")
    assert shown.range == "reference at least 60"
    assert (shown.when, shown.source, shown.place) == (
        "2026-11-12",
        "Northgate EHR",
        "entry 4 of its file",
    )


def test_a_blood_pressure_is_shown_with_both_parts_and_the_time_of_day() -> None:
    shown = entry(10)
    assert shown.value == "Systolic 148 mmHg; Diastolic 86 mmHg"
    assert shown.when == "2026-11-12 08:40"


def test_words_of_a_note_are_quoted_in_their_context() -> None:
    quote = entry(5).quote
    assert quote is not None
    assert quote.words == QUOTE
    assert quote.before.endswith("1 December. ") and quote.after.startswith(" She has no car")


def test_a_span_that_does_not_hold_the_quote_is_not_believed() -> None:
    elsewhere = replace(ENTRIES[4], source=Source("b" * 64, "characters 0-9", "notes"))
    quote = show(elsewhere, [ENTRIES[3]]).quote
    assert quote is not None and (quote.before, quote.words, quote.after) == ("", QUOTE, "")


def test_a_note_cited_as_a_whole_is_shown_without_a_highlight() -> None:
    quote = entry(4).quote
    assert quote is not None and quote.words == "" and quote.before == NOTE


def test_a_relatives_condition_says_whose_it_is() -> None:
    assert entry(12).said == ("about a relative",)


def test_a_negated_and_refuted_entry_says_so() -> None:
    refuted = replace(ENTRIES[0], negated=True, certainty="refuted", status="entered-in-error")
    assert show(refuted, ()).said == ("the source says this is not so", "refuted", "entered in error")


def test_a_fill_that_the_pharmacy_declined_says_so() -> None:
    drug = basis(line(19), RECORD).drugs[0]
    assert [(fill.when, fill.days, fill.status) for fill in drug.fills] == [
        ("2026-11-02", "30 days", ""),
        ("2026-10-01", "30 days", ""),
        ("2026-09-02", "30 days", "declined"),
    ]
    assert drug.doses == ("20 mg daily (Northgate EHR)",)


def test_a_line_shows_the_guideline_and_the_conflict_that_it_touches() -> None:
    found = basis(line(2), RECORD)
    assert found.guideline is not None and "Avoid prolonged NSAIDs" in found.guideline.says
    assert [conflict.about for conflict in found.conflicts] == ["lisinopril"]


def test_a_citation_of_nobodys_entry_is_named_as_missing() -> None:
    invented = replace(line(1), citations=("f" * 32, ENTRIES[0].id))
    found = basis(invented, RECORD)
    assert found.missing == ("f" * 32,) and len(found.entries) == 1


def test_a_citation_of_a_merged_duplicate_shows_the_entry_it_was_merged_into() -> None:
    merged = replace(ENTRIES[2], same_as=("d" * 32,), also=(Source("c" * 64, "row 5", "claims"),))
    record = replace(RECORD, entries=(*ENTRIES[:2], merged, *ENTRIES[3:]))
    found = basis(replace(line(16), citations=("d" * 32, merged.id)), record)
    assert [one.id for one in found.entries] == [merged.id]
    assert found.entries[0].also == ("claims, row 5",)


def test_a_falling_egfr_is_drawn_downwards_with_its_reference_band_and_told_in_words() -> None:
    (spark,) = basis(line(1), RECORD).trends
    assert (spark.first, spark.last, spark.unit) == ("52", "38", "mL/min/1.73 m²")
    assert (spark.first_day, spark.last_day) == ("2025-11-18", "2026-11-12")
    heights = [dot.y for dot in spark.dots]
    assert heights == sorted(heights) and len(heights) == 3
    assert all(0 <= dot.x <= WIDTH and 0 <= dot.y <= HEIGHT for dot in spark.dots)
    assert spark.band_y == 0.0 and 0 < spark.band_height < min(heights)
    assert spark.words.startswith("eGFR, falling: 52 mL/min/1.73 m² on 2025-11-18; 44")


def test_a_band_far_from_the_values_is_told_but_not_drawn() -> None:
    far = [replace(one, range=Range(low="600")) for one in ENTRIES[:3]]
    spark = draw(RECORD.trends[0], far)
    assert spark is not None and spark.band_y is None and "600" in spark.band_words


def test_one_value_is_no_trend_and_words_are_no_values() -> None:
    assert draw(RECORD.trends[0], ENTRIES[:1]) is None
    assert draw(RECORD.trends[0], [replace(one, value="negative") for one in ENTRIES[:3]]) is None


def test_two_equal_values_on_one_day_are_drawn_without_dividing_by_zero() -> None:
    twice = [ENTRIES[0], replace(ENTRIES[0], id="e")]
    spark = draw(RECORD.trends[0], twice)
    assert spark is not None and len({(dot.x, dot.y) for dot in spark.dots}) == 1


def test_what_a_source_says_of_the_person_herself_is_shown_in_words() -> None:
    told = replace(
        ENTRIES[10],
        detail={
            "language": "es",
            "interpreter": "true",
            "contact": "ok",
            "proxy": "Luis Moreno (son)",
            "birth_date": "1965-03-02",
        },
    )
    assert show(told, ()).facts == (
        ("born", "1965-03-02"),
        ("language", "Spanish"),
        ("interpreter", "needed"),
        ("safe to leave a message", "yes"),
        ("proxy", "Luis Moreno (son)"),
    )


def test_every_detail_that_a_person_reads_has_a_label() -> None:
    # What the pane prints elsewhere: beside the name, as the quotation, as a mark, or not for reading at all.
    elsewhere = {
        "title",
        "quote",
        "machine_written",
        "part2",
        "class",
        "intent",
        "domain",
        "adverse",
        "text_from",
    }
    assert {key for key, _ in DETAILS} | elsewhere | {"allergy_type"} == set(DETAIL)


def test_a_long_note_is_there_to_its_last_word() -> None:
    text = "\n".join(f"Paragraph {number} of what she told me." for number in range(80))
    quote = show(replace(ENTRIES[3], text=text), ()).quote
    assert quote is not None and quote.before.endswith("…") and len(quote.before) <= 4 * 140 + 1
    assert f"{quote.before.removesuffix('…')} {quote.rest}".split() == text.split()
