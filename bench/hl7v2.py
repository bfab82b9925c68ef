"""The speed promise of HL7 v2: a file to stored entries, against python-hl7 that only parses and reads the same fields."""

import itertools
from collections.abc import Iterable
from pathlib import Path

import hl7

from bench.measure import Row, built, pairs

MESSAGES = 600
TESTS = (
    ("4548-4", "Hemoglobin A1c", "%"),
    ("2345-7", "Glucose", "mg/dL"),
    ("2160-0", "Creatinine", "mg/dL"),
    ("2823-3", "Potassium", "mmol/L"),
    ("2951-2", "Sodium", "mmol/L"),
)


def rows(home: Path) -> Iterable[Row]:
    """Half admissions with allergy, diagnosis and insurance, half results with twenty values and a remark."""
    messages = [admission(n) if n % 2 else results(n) for n in range(MESSAGES)]
    file = home / "feed.hl7"
    file.write_text("\r".join(messages) + "\r", encoding="ascii", newline="")
    numbers = itertools.count()

    def ours() -> None:
        report = built(f"bench-hl7-{next(numbers)}").connect([file], source="harbor")
        assert len(report.patients) == MESSAGES
        assert not report.rejected, report.rejected[:3]

    def theirs() -> None:
        for message in messages:
            parsed = hl7.parse(message)
            assert parsed.segment("PID")[3]
            assert str(parsed.segment("PID")[5])
            found = parsed.segments("OBX") if "OBX|" in message else ()
            assert all(one[3] and one[5] for one in found)

    cpu, wall = pairs(ours, theirs)
    yield (
        f"HL7 v2 file of {MESSAGES} messages to stored entries, against python-hl7 parsing and reading alone",
        f"{cpu:.2f} of its speed in CPU, {wall:.2f} in wall time",
        "at least 0.3",
        cpu >= 0.3 and wall >= 0.3,
    )


def admission(number: int) -> str:
    """An invented admission."""
    day = f"2025030108{number % 60:02d}"
    return "\r".join(
        (
            f"MSH|^~\\&|WARD|HARBOR|CARELOOM|SITE|{day}||ADT^A01|M{number:08d}|P|2.5",
            f"EVN|A01|{day}||||{day}",
            f"PID|1||{500000 + number}^^^HARBOR^MR~77{number:07d}^^^PLAN^MB||Quill{number}^Marta^Jo||"
            f"19{number % 80 + 10}0412|F||2106-3^White^CDCREC|{number} Harbor Lane^Apt 4^Salem^OR^97301^USA^H||"
            f"^PRN^PH^^1^503^555{number % 10000:04d}|^WPN^PH^^1^503^5556789|eng|M|CAT|A{number}^^^HARBOR^AN",
            f"NK1|1|Quill^Per|SPO|{number} Harbor Lane^^Salem^OR^97301|^PRN^PH^^1^503^5551111",
            f"PV1|1|I|2W^201^A^HARBOR||||70^Hart^Lou^J^^Dr|71^Bell^Noor^A^^Dr||SUR|||||||70^Hart^Lou^J^^Dr|IN|"
            f"V{number}^^^HARBOR^VN|||||||||||||||||||||||||{day}",
            "AL1|1|DA|70618^Penicillin^RXNORM|SV|Hives|20100101",
            "DG1|1||E11.9^Type 2 diabetes mellitus^I10C|||A",
            f"IN1|1|PPO1^PPO Plan|12345|Blue Shore|PO Box 1^^Salem^OR^97301|||G{number}||||||||Quill{number}^Marta|SEL",
        )
    )


def results(number: int) -> str:
    """Invented results: twenty values and a remark."""
    segments = [
        f"MSH|^~\\&|LAB|HARBOR|CARELOOM|SITE|2025030109{number % 60:02d}||ORU^R01|R{number:08d}|P|2.5",
        f"PID|1||{500000 + number}^^^HARBOR^MR||Quill{number}^Marta^Jo||19{number % 80 + 10}0412|F|||"
        f"{number} Harbor Lane^^Salem^OR^97301",
        "PV1|1|O|CLINIC^^^HARBOR||||70^Hart^Lou^J^^Dr",
        f"ORC|RE|P{number}|F{number}||CM||||20250301",
        f"OBR|1|P{number}^EHR|F{number}^LAB|24323-8^Comprehensive panel^LN|||202503010800|||||||||70^Hart^Lou^J^^Dr||||||"
        "202503010930||LAB|F",
    ]
    for place in range(20):
        code, name, unit = TESTS[place % 5]
        value = f"{(number * 37 + place * 101) % 1990 / 10 + 1:.1f}"
        segments.append(f"OBX|{place + 1}|NM|{code}^{name}^LN||{value}|{unit}|3.5-5.0|H|||F|||202503010800")
    return "\r".join([*segments, "NTE|1|L|Specimen slightly hemolyzed. Interpret with caution."])
