"""A sender packs its files: each is a message of its own, and no archive can fill the disk."""

import gzip
import json
import zipfile

import pytest

from tests.flow.process import answer, careloom
from tests.flow.test_bad_input import PATIENT, bundle, observation


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


def zipped(file, **contents):
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in contents.items():
            archive.writestr(name.replace("__", "/"), body)
    return file


def test_each_file_of_an_archive_is_a_message_of_its_own(home, tmp_path):
    file = zipped(
        tmp_path / "month.zip",
        **{
            "a.json": bundle(PATIENT, observation()),
            "deep__b.txt": "Patient: Dana Doe\nBirth date: 1970-01-01\n\nSleeps badly.",
        },
    )
    told = answer(home, "connect", file)
    assert (told["messages"], len(told["patients"])) == (2, 1)
    assert answer(home, "connect", file)["duplicates"] == 2


def test_what_wraps_the_documents_of_an_xdm_is_counted_and_no_message(home, tmp_path):
    file = zipped(
        tmp_path / "xdm.zip",
        **{
            "INDEX.HTM": "<html>",
            "IHE_XDM__SUBSET01__METADATA.XML": "<x/>",
            "IHE_XDM__SUBSET01__CDA.XSL": "<x/>",
            "IHE_XDM__SUBSET01__DOC.JSON": bundle(PATIENT),
        },
    )
    told = answer(home, "connect", file)
    assert told["messages"] == 1
    assert told["not_understood"]["wrapper of an archive"] == 3


def test_one_unreadable_file_of_an_archive_is_named_and_the_rest_goes_on(home, tmp_path):
    file = zipped(tmp_path / "two.zip", **{"a.bin": b"\x01\x02", "b.json": bundle(PATIENT)})
    done = careloom(home, "connect", file, "--json")
    told = json.loads(done.stdout)
    assert done.returncode == 65
    assert [one["path"] for one in told["rejected"]] == [f"{file}/a.bin"]
    assert told["messages"] == 1


@pytest.mark.parametrize("name", ["bomb.zip", "bomb.gz", "liar.zip"])
def test_a_bomb_is_refused_and_fills_no_disk(home, tmp_path, name):
    file = tmp_path / name
    body = b'{"resourceType":"Basic"}\n' * 200_000
    if name == "bomb.gz":
        file.write_bytes(gzip.compress(body))
    else:
        zipped(file, **{"x.ndjson": body})
    if name == "liar.zip":  # the sizes that its header and directory declare are small
        file.write_bytes(
            file.read_bytes().replace(len(body).to_bytes(4, "little"), (9).to_bytes(4, "little"))
        )
    done = careloom(home, "connect", file, "--json", CARELOOM_MAX_UNPACKED_MB="2")
    (rejected,) = json.loads(done.stdout)["rejected"]
    assert done.returncode == 65
    assert "unpacks to more than 2 MB" in rejected["reason"] or "damaged" in rejected["reason"]
    assert sum(one.stat().st_size for one in (home / "messages").rglob("*") if one.is_file()) < 1 << 20


@pytest.mark.parametrize(
    ("contents", "why"),
    [
        ({}, "empty"),
        ({"[Content_Types].xml": "<Types/>", "word__document.xml": "<w/>"}, "office document"),
        ({"inner.zip": b"PK\x03\x04...."}, "archive inside"),
    ],
)
def test_an_archive_that_is_no_archive_of_messages_says_why(home, tmp_path, contents, why):
    done = careloom(home, "connect", zipped(tmp_path / "x.zip", **contents), "--json")
    (rejected,) = json.loads(done.stdout)["rejected"]
    assert done.returncode == 65
    assert why in rejected["reason"]


def test_half_an_archive_is_kept_and_named(home, tmp_path):
    file = zipped(tmp_path / "x.zip", **{"a.json": bundle(PATIENT)})
    file.write_bytes(file.read_bytes()[:-30])
    done = careloom(home, "connect", file, "--json")
    assert "damaged" in json.loads(done.stdout)["rejected"][0]["reason"]
    assert len(answer(home, "rejected")["rejected"]) == 1
