"""A site's pack on the command line: taken, listed, told where it disagrees, refused whole where no row is of use, taken out."""

import json

import pytest
from click.testing import CliRunner

from careloom.cli import interactions
from careloom.cli.knowledge import command
from careloom.errors import InputError

TABLE = "Drug A,Drug B,Severity,Description\nwarfarin,ibuprofen,Contraindicated,more bleeding\n"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CARELOOM_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def run(*arguments, of=command):
    done = CliRunner().invoke(of, [*map(str, arguments), "--json"])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return json.loads(done.stdout)


def a_pack(tmp_path, text=TABLE, name="acme.csv"):
    (tmp_path / name).write_text(text, "utf-8")
    return tmp_path / name


def looked_up(tmp_path, pair):
    (tmp_path / "pairs.tsv").write_text(f"{pair}\n", "utf-8")
    return run(tmp_path / "pairs.tsv", of=interactions.command)


@pytest.mark.django_db
def test_a_pack_is_taken_listed_looked_up_and_taken_out(tmp_path):
    told = run(
        "pack", a_pack(tmp_path), "--name", "Acme DB", "--dated", "2026-10", "--licence", "site licence"
    )
    assert told == {"name": "Acme DB", "kind": "interactions", "rows": 1, "problems": []}
    ours, acme = run("packs")["lists"]
    assert acme == {"name": "Acme DB", "dated": "2026-10", "rows": 1, "licence": "site licence", "off": 0}
    (pair,) = looked_up(tmp_path, "warfarin\tibuprofen")["pairs"]
    assert (pair["severity"], pair["interrupts"], pair["why"]) == ("high", True, "more bleeding")
    assert run("unpack", "Acme DB") == {"dropped": "Acme DB"}
    assert run("packs")["lists"] == [ours]
    with pytest.raises(InputError, match="no pack of that name"):
        run("unpack", "Acme DB")


def test_a_pack_taken_again_takes_the_place_of_the_one_of_its_name(tmp_path):
    run("pack", a_pack(tmp_path))
    run("pack", a_pack(tmp_path, TABLE + "metformin,cetirizine,Minor,little\n"))
    assert [one["rows"] for one in run("packs")["lists"][1:]] == [2]


def test_a_row_of_a_pack_with_a_fault_is_named_with_its_line_and_the_others_count(tmp_path):
    told = run("pack", a_pack(tmp_path, TABLE + "warfarine,ibuprofen,Major,typing\n"))
    assert told["rows"] == 1
    assert told["problems"] == ["acme.csv, line 3: there is no drug 'warfarine'; is warfarin meant?"]


def test_a_table_of_which_no_row_is_of_use_is_refused_and_the_pack_before_it_stays(tmp_path):
    run("pack", a_pack(tmp_path))
    with pytest.raises(InputError, match="line 2: severity 'grave' isn't known"):
        run("pack", a_pack(tmp_path, "drug a,drug b,severity\nwarfarin,ibuprofen,grave\n"))
    assert [one["rows"] for one in run("packs")["lists"][1:]] == [1]


def test_a_map_says_what_the_columns_of_a_licensed_table_mean(tmp_path):
    sheet = tmp_path / "map.toml"
    sheet.write_text(
        'name = "Bell"\n[columns]\ndrugs = "eins"\nwith = "zwei"\nseverity = "x"\n[severity]\n"9" = "high"\n'
    )
    told = run("pack", a_pack(tmp_path, "eins,zwei,x\nmetformin,cetirizine,9\n"), "--map", sheet)
    assert told == {"name": "Bell", "kind": "interactions", "rows": 1, "problems": []}
    assert looked_up(tmp_path, "metformin\tcetirizine")["pairs"][0]["severity"] == "high"


def test_a_licensed_list_of_drugs_and_circumstances_is_a_pack_too(tmp_path):
    text = (
        "id,drugs,never,when,unless,above,severity,cause,why,do,context,source,section,year,confirmed\n"
        "club-1,cetirizine,,age: >= 80,,,moderate,falls,it makes drowsy,Ask.,,Club criteria,1,2025,text read\n"
    )
    told = run("pack", a_pack(tmp_path, text), "--name", "Club")
    assert (told["kind"], told["rows"], told["problems"]) == ("circumstances", 1, [])


@pytest.mark.parametrize(
    ("dated", "said"),
    [("2026-09", "of 2026-09"), ("2025", "of 2025"), ("2026-10-01", ""), ("2026", ""), ("", "says no day")],
)
def test_a_pack_older_than_the_one_in_force_takes_its_place_only_where_that_is_meant(tmp_path, dated, said):
    run("pack", a_pack(tmp_path), "--name", "Acme", "--dated", "2026-10")
    again = a_pack(tmp_path, TABLE + "metformin,cetirizine,Minor,little\n")
    if not said:
        assert run("pack", again, "--name", "Acme", "--dated", dated)["rows"] == 2
        return
    with pytest.raises(InputError) as refused:
        run("pack", again, "--name", "Acme", "--dated", dated)
    assert said in str(refused.value) and "acme.csv" in str(refused.value)
    assert "interactions-acme.csv" in str(refused.value) and "2026-10" in str(refused.value)
    assert [one["rows"] for one in run("packs")["lists"][1:]] == [1]
    assert run("pack", again, "--name", "Acme", "--dated", dated, "--older")["rows"] == 2


@pytest.mark.parametrize("second", ["Advil,Coumadin,None,nothing", "warfarin,ibuprofen,No interaction,"])
def test_a_pack_that_says_of_two_drugs_that_they_harm_and_that_they_do_not_is_refused_with_both_lines(
    tmp_path, second
):
    with pytest.raises(
        InputError, match=r"acme\.csv, line 4: it contradicts line 2: ibuprofen and warfarin are said to harm"
    ):
        run("pack", a_pack(tmp_path, f"{TABLE}metformin,cetirizine,Minor,little\n{second}\n"))
    assert len(run("packs")["lists"]) == 1
    assert run("pack", a_pack(tmp_path, f"{TABLE}ibuprofen,warfarin,Moderate,less\n"))["rows"] == 2
