"""What proves who somebody is: codes that count once, passkeys whose counter rises, recovery codes; sealed for their row."""

from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from careloom.errors import ConfigError, InputError, Refused
from careloom.store import Store, open_store
from careloom.store.factors import MOST_WRONG, new_secret
from careloom.store.licence import Licence
from careloom.store.models import StoredFactor

NOW = datetime(2026, 11, 29, 8, 0, 5, tzinfo=UTC)
# RFC 6238, appendix B: the secret "12345678901234567890" at 59 and 1111111109 seconds, its last six digits.
RFC = b"12345678901234567890"


def code_at(secret: bytes, at: datetime) -> str:
    return TOTP(secret, 6, SHA1(), 30).generate(int(at.timestamp())).decode()


@pytest.fixture
def rosa(store: Store) -> str:
    return store.users.create("rosa", role="registered_nurse", licence=Licence("MA", "RN1", date(2031, 1, 1)))


@pytest.fixture
def secret(store: Store, rosa: str) -> bytes:
    made = new_secret()
    store.factors.set_code(rosa, made, code_at(made, NOW), NOW)
    return made


@pytest.mark.parametrize(
    ("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")]
)
def test_the_codes_are_those_of_the_standard(store: Store, rosa: str, seconds: int, code: str) -> None:
    store.factors.set_code(rosa, RFC, code, datetime.fromtimestamp(seconds, UTC))
    assert [one.kind for one in store.factors.of(rosa)] == ["code"]


def test_an_app_whose_first_code_is_wrong_is_not_taken_up(store: Store, rosa: str) -> None:
    with pytest.raises(InputError):
        store.factors.set_code(rosa, RFC, "000000", NOW)
    assert store.factors.of(rosa) == ()


def test_a_code_counts_once_and_none_before_it_counts_after_it(
    store: Store, rosa: str, secret: bytes
) -> None:
    later = NOW + timedelta(minutes=5)
    before = code_at(secret, later - timedelta(seconds=30))
    assert not store.factors.takes_code(rosa, code_at(secret, NOW), NOW), "the code of the set-up was used"
    assert store.factors.takes_code(rosa, code_at(secret, later), later)
    assert not store.factors.takes_code(rosa, code_at(secret, later), later)
    assert not store.factors.takes_code(rosa, before, later)


@pytest.mark.parametrize(("seconds", "counts"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_a_phones_clock_may_be_half_a_minute_off(
    store: Store, rosa: str, secret: bytes, seconds: int, counts: bool
) -> None:
    later = NOW + timedelta(minutes=5)
    assert (
        store.factors.takes_code(rosa, code_at(secret, later + timedelta(seconds=seconds)), later) is counts
    )


def test_after_twenty_wrong_codes_in_a_row_the_right_one_counts_no_more(
    store: Store, rosa: str, secret: bytes
) -> None:
    later = NOW + timedelta(minutes=5)
    for _ in range(MOST_WRONG - 1):
        assert not store.factors.takes_code(rosa, "12345", later)
    assert store.factors.takes_code(rosa, code_at(secret, later), later)
    for _ in range(MOST_WRONG):
        store.factors.takes_code(rosa, "12345", later)
    much_later = later + timedelta(days=1)
    assert not store.factors.takes_code(rosa, code_at(secret, much_later), much_later)


def test_a_secret_lies_sealed_and_opens_in_its_own_row_alone(store: Store, rosa: str, secret: bytes) -> None:
    row = StoredFactor.objects.get()
    assert secret not in bytes(row.sealed_secret)
    cam = store.users.create("cam", role="care_coordinator")
    store.factors.set_code(cam, RFC, code_at(RFC, NOW), NOW)
    StoredFactor.objects.filter(user_id=cam).update(sealed_secret=row.sealed_secret)
    with pytest.raises(ConfigError):
        store.factors.takes_code(cam, code_at(secret, NOW), NOW)


def test_each_recovery_code_works_once_as_people_type_it(store: Store, rosa: str, secret: bytes) -> None:
    codes = store.factors.new_recovery(rosa, NOW)
    assert len(set(codes)) == 10
    assert store.factors.takes_recovery(rosa, f" {codes[0].upper()} ".replace("-", " "), NOW)
    assert not store.factors.takes_recovery(rosa, codes[0], NOW)
    assert store.factors.recovery_left(rosa) == 9
    fresh = store.factors.new_recovery(rosa, NOW)
    assert not store.factors.takes_recovery(rosa, codes[1], NOW)
    cam = store.users.create("cam", role="care_coordinator")
    assert not store.factors.takes_recovery(cam, fresh[0], NOW)


def test_no_recovery_code_lies_in_the_database(store: Store, rosa: str, secret: bytes) -> None:
    codes = store.factors.new_recovery(rosa, NOW)
    plain = {code.replace("-", "") for code in codes}
    for row in StoredFactor.objects.all():
        held = f"{row.mark} {row.name} {bytes(row.sealed_secret)!r}"
        assert not any(code in held for code in (*plain, *codes))


def test_a_passkey_whose_counter_does_not_rise_is_a_copy(store: Store, rosa: str) -> None:
    store.factors.add_passkey(rosa, b"id", b"public", name="phone", counter=3, now=NOW)
    (known,) = store.factors.passkeys(rosa)
    assert (known.user, known.credential) == (rosa, b"public")
    assert not store.factors.takes_passkey(known, 3, NOW)
    assert store.factors.takes_passkey(known, 4, NOW)
    assert not store.factors.takes_passkey(known, 4, NOW), "an old look at the row does not help"
    assert not store.factors.takes_passkey(known, 0, NOW)


def test_a_passkey_that_does_not_count_may_be_used_again(store: Store, rosa: str) -> None:
    store.factors.add_passkey(rosa, b"id", b"public", name="phone", counter=0, now=NOW)
    (known,) = store.factors.passkeys(rosa)
    assert store.factors.takes_passkey(known, 0, NOW)
    assert store.factors.takes_passkey(known, 0, NOW)


def test_one_passkey_is_one_persons(store: Store, rosa: str) -> None:
    store.factors.add_passkey(rosa, b"id", b"public", name="phone", counter=0, now=NOW)
    cam = store.users.create("cam", role="care_coordinator")
    with pytest.raises(Refused):
        store.factors.add_passkey(cam, b"id", b"public", name="phone", counter=0, now=NOW)


def test_nobody_takes_anothers_factor_away_and_recovery_goes_with_the_last(
    store: Store, rosa: str, secret: bytes
) -> None:
    store.factors.new_recovery(rosa, NOW)
    (hers,) = store.factors.of(rosa)
    cam = store.users.create("cam", role="care_coordinator")
    with pytest.raises(InputError):
        store.factors.remove(cam, hers.id)
    assert store.factors.remove(rosa, hers.id) == "code"
    assert store.factors.recovery_left(rosa) == 0


def test_another_organisation_sees_none_of_it(store: Store, rosa: str, secret: bytes, home, key) -> None:
    other = open_store(home=home, organisation="other", encryption_key=key)
    later = NOW + timedelta(minutes=5)
    assert other.factors.of(rosa) == ()
    assert not other.factors.takes_code(rosa, code_at(secret, later), later)
    assert other.factors.passkey(b"id") is None
    assert other.factors.reset(rosa) == 0
    assert store.factors.of(rosa)
