"""Who may sign in, where, and as whom."""

from datetime import date

import pytest
from django.contrib.auth import authenticate
from django.test import RequestFactory
from pytest_django import Settings

from careloom import django_settings
from careloom.care.access import ROLES
from careloom.care.document import Reviewer
from careloom.errors import InputError
from careloom.store import Store, open_store
from careloom.store.licence import Licence
from careloom.store.models import User

PASSWORD = "an invented long passphrase"
LICENCE = Licence("MA", "RN123", date(2027, 6, 30))


def signs_in(username: str, password: str) -> bool:
    request = RequestFactory().post("/sign-in")
    return authenticate(request, username=username, password=password) is not None


def test_rosa_signs_in_with_her_password_alone(store: Store, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = django_settings.PASSWORD_HASHERS
    store.users.create("rosa", role="registered_nurse", name="Rosa Blake", password=PASSWORD, licence=LICENCE)
    assert signs_in("rosa", PASSWORD)
    assert not signs_in("rosa", "another long passphrase")
    assert not signs_in("nobody", PASSWORD)
    # Django's own costs: 100 MiB of memory, two passes, eight lanes.
    assert "$argon2id$v=19$m=102400,t=2,p=8$" in User.objects.get().password


def test_rosa_is_a_reviewer_with_her_role_name_and_licence(store: Store) -> None:
    user = store.users.create("rosa", role="registered_nurse", name="Rosa Bläke", licence=LICENCE)
    expected = Reviewer(user, "registered_nurse", "MA:RN123", "2027-06-30", "Rosa Bläke")
    assert store.users.reviewer("rosa") == expected
    assert store.users.reviewer(user) == expected
    assert User.objects.get(username="rosa").reviewer() == expected
    assert b"Rosa" not in bytes(User.objects.get().sealed_name)


def test_somebody_without_licence_or_name_is_known_by_the_username(store: Store) -> None:
    user = store.users.create("cam", role="care_coordinator")
    assert store.users.reviewer("cam") == Reviewer(user, "care_coordinator", "", "", "cam")
    assert not signs_in("cam", "")


def test_who_has_left_neither_signs_in_nor_reviews(store: Store) -> None:
    store.users.create("rosa", role="registered_nurse", password=PASSWORD)
    User.objects.update(is_active=False)
    assert not signs_in("rosa", PASSWORD)
    assert store.users.all() == ()
    with pytest.raises(InputError):
        store.users.reviewer("rosa")


def test_a_username_belongs_to_its_organisation_and_signs_in_there_alone(store: Store, key: str) -> None:
    other = open_store(home=store.home, organisation="elsewhere", encryption_key=key)
    other.users.create("rosa", role="physician", password=PASSWORD)
    assert not signs_in("rosa", PASSWORD)
    with pytest.raises(InputError):
        store.users.reviewer("rosa")
    store.users.create("rosa", role="registered_nurse", password=PASSWORD + "!")
    assert signs_in("rosa", PASSWORD + "!")
    assert other.users.reviewer("rosa").role == "physician"


def test_a_taken_name_an_unknown_role_and_a_weak_password_are_refused(store: Store) -> None:
    store.users.create("rosa", role="registered_nurse")
    with pytest.raises(InputError, match="taken"):
        store.users.create("rosa", role="physician")
    with pytest.raises(InputError, match="role must be"):
        store.users.create("osei", role="doctor")
    with pytest.raises(InputError) as refused:
        store.users.create("osei", role="physician", password="short")
    assert "short" not in str(refused.value).replace("too short", "")
    assert [one.role for one in store.users.all()] == ["registered_nurse"]


def test_a_new_password_takes_the_old_ones_place(store: Store) -> None:
    store.users.create("rosa", role="registered_nurse", password=PASSWORD)
    store.users.set_password("rosa", "a second long passphrase")
    assert not signs_in("rosa", PASSWORD)
    assert signs_in("rosa", "a second long passphrase")
    with pytest.raises(InputError):
        store.users.set_password("nobody", "a second long passphrase")


@pytest.mark.parametrize("role", ROLES)
def test_each_role_of_a_care_team_can_be_given(store: Store, role: str) -> None:
    store.users.create("somebody", role=role)
    assert store.users.reviewer("somebody").role == role


def test_after_five_wrong_passwords_the_right_one_is_refused_too(store: Store) -> None:
    store.users.create("rosa", role="registered_nurse", password=PASSWORD)
    for _ in range(5):
        assert not signs_in("rosa", "a wrong long passphrase")
    assert not signs_in("rosa", PASSWORD)
