"""careloom user: the people who may sign in."""

import sys
from datetime import date
from typing import Any

import click
from rich.console import Console
from rich.prompt import Prompt

from careloom.cli.frame import careloom_command, open_pipeline, show
from careloom.cli.tokens import issue
from careloom.errors import InputError
from careloom.pipeline.training import HOW
from careloom.store import Store
from careloom.store.users import Licence

SITE = "http://127.0.0.1:8000"
# Behind a licence that the Nurse Licensure Compact carries into other states.
MULTISTATE = "multistate"
site_option = click.option(
    "--site", default=SITE, metavar="ADDRESS", show_default=True, help="Where the pages are, for the link."
)


@click.group("user", short_help="The people who may sign in.")
def command() -> None:
    """Add people, list them, give them links and tokens, end what they hold."""


@careloom_command("first-admin", short_help="The first administrator of a new site.")
@click.argument("name")
@site_option
def first_admin(name: str, site: str) -> None:
    """Make NAME the administrator of a site that has none, and print a link with which she chooses her password.

    There is no default password. Where the site has an administrator, this refuses.
    """
    store = open_pipeline().store
    user = store.users.first_administrator(name)
    store.audit.note("operator", "user first-admin", what=user)
    _show_link(store, name, site, "administrator")


@careloom_command("add", short_help="Add a person.")
@click.argument("name")
@click.option("--role", required=True, metavar="R", help="care_coordinator, registered_nurse, physician, …")
@click.option(
    "--licence",
    metavar="STATE:NUMBER:EXPIRY",
    help="For example MA:RN123456:2027-06-30, or with :multistate behind it.",
)
@click.option("--independent", is_flag=True, help="The licence lets an APRN or PA practise on their own.")
@click.option("--password", envvar="CARELOOM_PASSWORD", help="Asked for where it is not given.")
def add(name: str, role: str, licence: str | None, password: str | None, independent: bool) -> None:
    """Add NAME (the user name). Whoever signs clinical content needs a licence that has not expired."""
    pipeline = open_pipeline()
    store, held = pipeline.store, _held(licence, independent)
    if password is None and sys.stdin.isatty():
        password = Prompt.ask("Password (empty: she gets a link and chooses it)", password=True) or None
    user = store.users.create(name, role=role, password=password, licence=held, independent=independent)
    store.audit.note("operator", "user add", what=name)
    trains = pipeline.training.added(user, role, "operator")
    answer = {"user": name, "role": role, "token": issue(name), "needs_training": trains}

    def words(console: Console) -> None:
        console.print(
            f"{name} was added as {role}. For the command line: export CARELOOM_TOKEN={answer['token']}",
            soft_wrap=True,
        )
        if trains:
            console.print(HOW.replace("this person", name).replace("USER", name), soft_wrap=True)
        if password is None:
            console.print(f"No password was given: careloom user link {name} makes a link to choose one.")

    show(answer, words=words)


@careloom_command("link", short_help="A link with which a person chooses a password.")
@click.argument("name")
@site_option
def link(name: str, site: str) -> None:
    """Print a link for NAME, who is new or forgot her password. It works once, for a day; hand it to her yourself."""
    store = open_pipeline().store
    user = store.users.account(name)
    store.audit.note("operator", "user link", what=str(user.pk))
    _show_link(store, name, site, user.role)


@careloom_command("list", short_help="Who may sign in.")
def everybody() -> None:
    """List everybody: role, whether she may sign in, how, and when she last did."""
    store = open_pipeline().store
    rows: list[dict[str, Any]] = [
        {
            "user": one.username,
            "role": one.role,
            "active": one.active,
            "password": one.has_password,
            "second_factors": [factor.kind for factor in store.factors.of(one.id)],
            "last": one.last,
            "licence": _words_of(one.licence),
            "independent": one.independent,
        }
        for one in store.users.accounts()
    ]

    def words(console: Console) -> None:
        for row in rows:
            ways = [*(["password"] if row["password"] else []), *row["second_factors"]]
            state = ", ".join(ways) or "can't sign in yet"
            last = f"{row['last']:%Y-%m-%d %H:%M}" if row["last"] else "never"
            gone = "" if row["active"] else " (deactivated)"
            held = f"  licence {row['licence']}" if row["licence"] else ""
            console.print(f"{row['user']}  {row['role']}{gone}{held}  {state}  last signed in: {last}")

    show({"users": rows}, words=words)


@careloom_command("licence", short_help="Enter a person's licence anew.")
@click.argument("name")
@click.argument("licence", required=False, metavar="[STATE:NUMBER:EXPIRY[:multistate]]")
@click.option("--independent", is_flag=True, help="The licence lets an APRN or PA practise on their own.")
@click.option("--withdrawn", is_flag=True, help="She has none any more.")
def licence(name: str, licence: str | None, independent: bool, withdrawn: bool) -> None:
    """NAME's licence was renewed, is another state's, or was withdrawn. What she signed keeps the licence she signed with."""
    if withdrawn == bool(licence):
        raise InputError("give the licence, or say --withdrawn", where="STATE:NUMBER:EXPIRY")
    store, held = open_pipeline().store, _held(licence, independent)
    user = store.users.set_licence(name, held, independent=independent)
    _done(store, "user licence", user, name, licence=licence or "", independent=independent)


@careloom_command("role", short_help="Give a person another role.")
@click.argument("name")
@click.argument("role")
def role(name: str, role: str) -> None:
    """NAME works as ROLE from now on; she is signed out everywhere. What she signed stays as it was signed."""
    store = open_pipeline().store
    user = store.users.set_role(name, role)
    _done(store, "user role", user, name, role=role, sessions_ended=store.sign_ins.end_all(user))


@careloom_command("deactivate", short_help="Let a person sign in no more.")
@click.argument("name")
def deactivate(name: str) -> None:
    """NAME signs in no more: her sessions and tokens end at once. What she signed stays."""
    store = open_pipeline().store
    user = store.users.activate(name, False)
    _done(store, "user deactivate", user, name, active=False, sessions_ended=store.sign_ins.end_all(user))


@careloom_command("activate", short_help="Let a person sign in again.")
@click.argument("name")
def activate(name: str) -> None:
    """NAME, who was deactivated, signs in again."""
    store = open_pipeline().store
    _done(store, "user activate", store.users.activate(name, True), name, active=True)


@careloom_command("reset-factor", short_help="Take a person's second factor away.")
@click.argument("name")
def reset_factor(name: str) -> None:
    """NAME lost her phone and her recovery codes: she sets up another second factor. Be sure that it is she who asks."""
    store = open_pipeline().store
    user = str(store.users.account(name).pk)
    removed = len(store.factors.of(user))
    store.factors.reset(user)
    ended = store.sign_ins.end_all(user)
    _done(store, "user reset-factor", user, name, removed=removed, sessions_ended=ended)


@careloom_command("end-sessions", short_help="Sign a person out everywhere.")
@click.argument("name")
def end_sessions(name: str) -> None:
    """NAME is signed out wherever she is signed in."""
    store = open_pipeline().store
    user = str(store.users.account(name).pk)
    _done(store, "session end", user, name, sessions_ended=store.sign_ins.end_all(user))


@careloom_command("unbind", short_help="Forget what identity providers call a person.")
@click.argument("name")
def unbind(name: str) -> None:
    """NAME is somebody else at her identity provider now: at her next coming from there her user name counts again."""
    store = open_pipeline().store
    user = str(store.users.account(name).pk)
    _done(store, "user unbind", user, name, forgotten=store.factors.unbind(user))


@careloom_command("ehr", short_help="Link a person to whom an EHR calls her.")
@click.argument("name")
@click.argument("system")
@click.argument("who", required=False, metavar="[Practitioner/ID]")
@click.option("--forget", is_flag=True, help="She is nobody there any more.")
def ehr(name: str, system: str, who: str | None, forget: bool) -> None:
    """NAME is whom the EHR of SYSTEM (of sources.toml) calls Practitioner/ID: launched from there, she comes in as NAME."""
    if forget == bool(who):
        raise InputError("say whom the EHR means, or --forget", where="Practitioner/ID")
    pipeline = open_pipeline()
    store, user = pipeline.store, str(pipeline.store.users.account(name).pk)
    if who:
        pipeline.launching.link(user, system, who)
        _done(store, "user ehr", user, name, system=system, who=who)
    else:
        forgotten = pipeline.launching.forget(user, system)
        ended = store.sign_ins.end_all(user)
        _done(store, "user ehr forget", user, name, system=system, forgotten=forgotten, sessions_ended=ended)


@careloom_command("token", short_help="A new token for a person.")
@click.argument("name")
def token(name: str) -> None:
    """Print a token for NAME, good for 90 days."""
    store = open_pipeline().store
    store.users.reviewer(name)
    store.audit.note("operator", "token", what=name)
    show({"user": name, "token": issue(name)})


def _done(store: Store, action: str, user: str, name: str, **told: object) -> None:
    """Say in the audit log what was done to a person, and print it."""
    store.audit.note("operator", action, what=user)
    show({"user": name, **told})


def _words_of(licence: Licence | None) -> str:
    if licence is None:
        return ""
    scope = f":{MULTISTATE}" if licence.multistate else ""
    return f"{licence.state}:{licence.number}:{licence.expiry}{scope}"


def _held(text: str | None, independent: bool) -> Licence | None:
    held = licence_of(text)
    if independent and held is None:
        raise InputError("who practises on their own has a licence", where="--independent")
    return held


def licence_of(text: str | None) -> Licence | None:
    """A licence written STATE:NUMBER:EXPIRY, with :multistate behind a nurse's that the Nurse Licensure Compact carries into other states.
    Raises InputError for anything else."""
    if not text:
        return None
    state, number, expiry, *scope = (*text.split(":"), "", "")
    try:
        if state and number and "".join(scope) in ("", MULTISTATE):
            return Licence(state, number, date.fromisoformat(expiry), multistate=MULTISTATE in scope)
    except ValueError:
        pass
    raise InputError(
        "a licence is STATE:NUMBER:EXPIRY, such as MA:RN123456:2027-06-30, or STATE:NUMBER:EXPIRY:multistate",
        where="--licence",
    )


def _show_link(store: Store, name: str, site: str, role: str) -> None:
    address = f"{site.rstrip('/')}/{store.users.welcome(name)}"

    def words(console: Console) -> None:
        console.print(
            f"{name} ({role}) chooses a password here, once, within a day:\n{address}", soft_wrap=True
        )

    show({"user": name, "role": role, "link": address}, words=words)


for one in (
    first_admin,
    add,
    link,
    everybody,
    licence,
    role,
    deactivate,
    activate,
    reset_factor,
    end_sessions,
    unbind,
    ehr,
    token,
):
    command.add_command(one)
