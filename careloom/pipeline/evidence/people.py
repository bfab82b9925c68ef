"""Of people: accounts, roles, second factors, sessions, passwords, training, and what was opened in an emergency."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from careloom.care.access import MAY, Permission, may
from careloom.care.compliance import Evidence
from careloom.care.document import Reviewer, Tier
from careloom.pipeline.evidence.looked import Site, counted
from careloom.review.tiers import REACH

# An account that nobody used for so long is asked about.
IDLE = timedelta(days=90)
# What was opened in an emergency is looked at within so many days.
LOOKED_AT = timedelta(days=7)
FIRST = datetime(1970, 1, 1, tzinfo=UTC)
# A password that everybody knows, and one that is too short: neither may be taken.
WEAK = ("password1234", "kurz")
ACCOUNTS, SETTINGS, AUDIT = "/accounts", "settings", "the audit log"


def of_people(site: Site) -> Iterator[Evidence]:
    """Evidence of accounts and access."""
    yield from _accounts(site)
    yield from _roles(site)
    yield from _factors(site)
    yield from _emergencies(site)
    minutes = site.settings.session_minutes
    yield site.tell(
        "session.ends",
        "A session ends by itself",
        f"after {minutes} idle minutes" if minutes > 0 else "never",
        minutes > 0,
        "CARELOOM_SESSION_MINUTES",
    )
    limit = site.settings.wrong_per_minute
    yield site.tell(
        "lockout.addresses",
        "Guessing is held up",
        f"an address waits after {limit} wrong tries in a minute"
        if limit > 0
        else "an address may guess without end",
        limit > 0,
        "CARELOOM_WRONG_PER_MINUTE",
    )
    taken = [word for word in WEAK if site.store.users.would_take(word)]
    yield site.tell(
        "password.weak",
        "Weak passwords are refused",
        "a short and a common one were tried just now, and refused"
        if not taken
        else f"{len(taken)} of 2 were taken",
        not taken,
        "the password rules, tried when the pack was made",
    )
    yield from _training(site)


def _accounts(site: Site) -> Iterator[Evidence]:
    accounts = site.store.users.accounts()
    active = [one for one in accounts if one.active]
    yield site.tell(
        "accounts.own",
        "Everybody has an account of her own",
        f"{counted(len(active), 'account', 'accounts')} can sign in, each with its own id and user name",
        bool(active),
        "the table of users",
        ACCOUNTS,
    )
    closed = len(accounts) - len(active)
    yield site.tell(
        "accounts.closed",
        "Accounts that were closed",
        counted(closed, "account", "accounts"),
        None,
        "the table of users",
        ACCOUNTS,
    )
    # One that is new and was never used is no idle one yet.
    idle = [
        one
        for one in active
        if one.has_password and site.at - max(one.last or FIRST, one.created or FIRST) > IDLE
    ]
    yield site.tell(
        "accounts.idle",
        "Accounts that nobody used for 90 days",
        f"{len(idle)} of {len(active)} can sign in and didn't"
        + (f": {', '.join(one.username for one in idle[:12])}" if idle else ""),
        not idle,
        "the table of users",
        ACCOUNTS,
    )


def _roles(site: Site) -> Iterator[Evidence]:
    everything = [role for role, granted in MAY.items() if set(Permission) <= granted]
    apart = not may("administrator", Permission.SEE) and not everything
    yield site.tell(
        "access.by_role",
        "Access goes by role, and no role may do all",
        f"{len(MAY)} roles, {len(Permission)} permissions; the administrator opens "
        + ("no patient's record" if apart else "patients' records"),
        apart,
        "careloom/care/access.py, as it runs",
        ACCOUNTS,
    )
    unknown = sorted({one.role for one in site.people if one.role not in MAY})
    yield site.tell(
        "access.unknown_roles",
        "Everybody's role is one that is known",
        "yes" if not unknown else f"no: {', '.join(unknown)}",
        not unknown,
        "the table of users",
        ACCOUNTS,
    )
    strict = site.settings.care_teams == "strict"
    yield site.tell(
        "access.teams",
        "Records are seen by their care teams",
        "a patient without a team is seen by "
        + (
            "nobody who cares for patients until somebody is put in"
            if strict
            else "everybody here who cares for patients"
        ),
        True if strict else None,
        "CARELOOM_CARE_TEAMS",
    )


def _factors(site: Site) -> Iterator[Evidence]:
    needing = [one for one in site.people if _signs_or_administers(one)]
    asked = asked_for_second_factor(site)
    not_asked = sorted({one.role for one in needing} - asked)
    yield site.tell(
        "factor.asked",
        "Who signs or administers must sign in with a second factor",
        "yes"
        if needing and not not_asked
        else f"not asked of: {', '.join(not_asked) or 'nobody signs or administers yet'}",
        bool(needing) and not not_asked,
        "CARELOOM_SECOND_FACTOR, CARELOOM_BEHIND_TLS, CARELOOM_DEMO",
    )
    kinds = site.store.factors.kinds()
    having = [one for one in needing if kinds.get(one.user)]
    yield site.tell(
        "factor.set_up",
        "Who signs or administers has a second factor",
        f"{len(having)} of {len(needing)} set one up (an identity provider's own isn't counted)",
        bool(needing) and len(having) == len(needing),
        "the table of second factors",
        ACCOUNTS,
    )


def asked_for_second_factor(site: Site) -> frozenset[str]:
    """The roles of which a second factor is asked, by the site's settings (docs/sign_in.md)."""
    said = {word.strip() for word in site.settings.second_factor.split(",") if word.strip()}
    if site.settings.demo or "nobody" in said:
        return frozenset()
    if "everybody" in said:
        return frozenset(MAY)
    if said:
        return frozenset(said)
    if not site.settings.behind_tls:
        return frozenset()
    return frozenset(one.role for one in site.people if _signs_or_administers(one))


def _signs_or_administers(one: Reviewer) -> bool:
    return REACH.get(one.role, Tier.AUTO) > Tier.AUTO or may(one.role, Permission.ADMINISTER)


def _emergencies(site: Site) -> Iterator[Evidence]:
    hours = site.settings.break_glass_hours
    yield site.tell(
        "emergency.open",
        "A record can be opened in an emergency",
        f"for {hours:g} hours, with a reason that is written down first" if hours > 0 else "no",
        hours > 0,
        "CARELOOM_BREAK_GLASS_HOURS",
        "/emergencies",
    )
    opened = site.store.teams.broken()
    late = [one for one in opened if not one.looked_at_by and site.at - one.at > LOOKED_AT]
    yield site.tell(
        "emergency.looked_at",
        "Each opening in an emergency was looked at within 7 days",
        f"{counted(len(opened), 'opening', 'openings')}, {len(late)} of them waiting for longer",
        not late,
        "the table of openings",
        "/emergencies",
    )


def _training(site: Site) -> Iterator[Evidence]:
    lacking = [user for user, state in site.trained.items() if state.until is None]
    yield site.tell(
        "training.held",
        "Whoever decides on drafts holds a certificate of the training in judging them",
        f"{len(site.trained) - len(lacking)} of {len(site.trained)} hold one that is in force",
        bool(site.trained) and not lacking,
        "the table of training",
        "/training",
    )
    yield site.tell(
        "training.bias",
        "The training measures whether somebody goes by the mark (automation bias)",
        "drills plant faults in lines that bear the mark “supported”; an index with its interval is told to each learner",
        None,
        "careloom/study/training",
        "/training",
    )
