"""Of keys, the audit log, backups and what goes over networks."""

import stat
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

from careloom.care.audited import Asked
from careloom.care.compliance import Evidence
from careloom.errors import CareloomError
from careloom.pipeline.evidence.looked import Site, counted
from careloom.privacy import keyring
from careloom.store.sealed import COLUMNS

# The log is read by somebody at least so often; a backup is at most so old; one is restored for trial at least so often.
READ, BACKED_UP, RESTORED = timedelta(days=31), timedelta(days=2), timedelta(days=100)
LATELY = timedelta(days=30)
LOCAL = ("localhost", "127.0.0.1", "::1", "")
ENCRYPTED = ("require", "verify-ca", "verify-full")


def of_keys(site: Site) -> Iterator[Evidence]:
    """Evidence of encryption at rest."""
    home = site.settings.home
    ring = keyring.read(home)
    sealed = len(COLUMNS)
    yield site.tell(
        "keys.ring",
        "What identifies people is sealed (AES-256-GCM) under data keys that a master key wraps",
        f"{len(ring.keys)} data keys wrapped by {counted(len(ring.masters), 'master key', 'master keys')}; {sealed} columns are sealed"
        if ring
        else "this home has no keyring yet",
        ring is not None,
        "the home's keyring and the list of sealed columns",
    )
    file = site.settings.key_file or home / "key"
    if site.settings.key_command or site.settings.encryption_key:
        kept, well = "in a key service" if site.settings.key_command else "in the environment", True
    else:
        mode = stat.S_IMODE(file.stat().st_mode) if file.exists() else 0o777
        kept, well = f"in a file of mode {mode:o} on this machine", not mode & 0o077
    yield site.tell(
        "keys.file", "Nobody else on the machine can read the master key", kept, well, "the file system", ""
    )
    since = max((one.since for one in ring.masters), default="") if ring else ""
    yield site.tell(
        "keys.age",
        "The newest master key is in use since",
        str(since)[:10] or "not known",
        None,
        "the home's keyring",
    )
    yield _opens(site)


def _opens(site: Site) -> Evidence:
    """A few sealed values of every column, opened in their places just now."""
    what, where = (
        "Sealed values open in their places, and nowhere else",
        "up to 5 values of each sealed column, opened just now",
    )
    try:
        opened = site.store.sealed.open_all(lambda _what, _done, _of: None, most=5)
    except CareloomError as error:
        return site.tell("keys.opens", what, f"no: {type(error).__name__}", False, where)
    number, faults = sum(opened.values.values()), len(opened.faults)
    return site.tell("keys.opens", what, f"{number} opened, {faults} did not", not faults, where)


def of_audit(site: Site) -> Iterator[Evidence]:
    """Evidence of the audit log and of rows that nobody may change."""
    found = site.store.audit.verify()
    faults = len(found["faults"])
    yield site.tell(
        "audit.chain",
        "The audit log's hash chain is whole",
        f"{found['sealed']} events linked, {found['unsealed']} waiting to be linked, {faults} faults; head {found['head'][:16] or 'none'}",
        bool(found["ok"]) and found["sealed"] + found["unsealed"] > 0,
        "the chain, walked just now",
        "/audit",
    )
    guarded, every = site.store.appended()
    yield site.tell(
        "audit.appended",
        "The database itself refuses to change or delete rows of history",
        f"{guarded} of {every} tables of history bear their triggers",
        guarded == every,
        "the database's own list of triggers, asked just now",
    )
    actors = site.store.audit.count(Asked(since=site.at - LATELY))
    yield site.tell(
        "audit.actors",
        "What is done is noted with who did it",
        f"{actors} events in the last 30 days, each with its actor",
        actors > 0,
        "the audit log",
        "/audit",
    )
    failed = site.store.audit.count(Asked(action="sign-in", since=site.at - LATELY))
    yield site.tell(
        "audit.failed_sign_ins",
        "Sign-ins, failed ones among them, are noted",
        f"{failed} sign-in events in the last 30 days",
        None,
        "the audit log",
        "/audit",
    )
    read = site.store.audit.last("read", what="audit log")
    yield site.tell(
        "audit.read",
        "Somebody read the audit log within the last 31 days",
        f"last on {read:%Y-%m-%d}" if read else "nobody ever did",
        read is not None and site.at - read <= READ,
        "the audit log, which notes its own reading",
        "/audit",
    )


def of_backups(site: Site) -> Iterator[Evidence]:
    """Evidence of backups and of restoring them."""
    made = site.store.audit.last("backup")
    yield site.tell(
        "backup.made",
        "A backup was made within the last 2 days",
        f"last on {made:%Y-%m-%d}" if made else "none was ever made with careloom backup",
        made is not None and site.at - made <= BACKED_UP,
        "the audit log",
    )
    sealed = len(site.settings.backup_to.replace(",", " ").split())
    yield site.tell(
        "backup.sealed",
        "Nightly backups are sealed for a recovery key that isn't on the server",
        counted(sealed, "recovery key is set", "recovery keys are set"),
        sealed > 0,
        "CARELOOM_BACKUP_TO",
    )
    drilled = site.store.audit.last("restore drill")
    yield site.tell(
        "backup.restored",
        "A backup was restored for trial within the last 100 days",
        f"last on {drilled:%Y-%m-%d}" if drilled else "no drill was ever noted (careloom backup drill)",
        drilled is not None and site.at - drilled <= RESTORED,
        "the audit log",
    )


def of_networks(site: Site) -> Iterator[Evidence]:
    """Evidence of what goes over networks, and of where a model stands."""
    settings = site.settings
    yield site.tell(
        "tls.pages",
        "Pages go over TLS alone (secure cookies, HSTS)",
        "yes" if settings.behind_tls else "no",
        settings.behind_tls,
        "CARELOOM_BEHIND_TLS",
    )
    mail = urlsplit(settings.smtp_url)
    if not settings.smtp_url:
        said, well = "no mail server is set: letters are files in the outbox", None
    else:
        well = mail.scheme == "smtps" or mail.scheme == "smtp"
        said = "TLS at once" if mail.scheme == "smtps" else "STARTTLS is required, but on this machine itself"
    yield site.tell("tls.mail", "Mail is handed over under TLS", said, well, "CARELOOM_SMTP_URL")
    yield _database(site)
    plain = [
        name
        for name, one in site.systems.items()
        if one.url and urlsplit(one.url).scheme == "http" and urlsplit(one.url).hostname not in LOCAL
    ]
    asked = [name for name, one in site.systems.items() if one.url]
    yield site.tell(
        "tls.systems",
        "Other systems are asked over TLS",
        f"{counted(len(asked), 'system', 'systems')} with an address, {len(plain)} of them without TLS",
        not plain if asked else None,
        "sources.toml",
    )
    yield _model(site)


def _database(site: Site) -> Evidence:
    url = urlsplit(site.settings.database_url)
    what, where = "The database is reached under TLS, or on this machine alone", "CARELOOM_DATABASE_URL"
    if not site.settings.database_url:
        return site.tell("tls.database", what, "SQLite, a file of this machine", True, where)
    if (url.hostname or "") in LOCAL:
        return site.tell("tls.database", what, "PostgreSQL on this machine", True, where)
    mode = dict(parse_qsl(url.query)).get("sslmode", "prefer")
    return site.tell("tls.database", what, f"PostgreSQL elsewhere, sslmode={mode}", mode in ENCRYPTED, where)


def _model(site: Site) -> Evidence:
    settings = site.settings
    host = urlsplit(settings.model_url).hostname or ""
    outside = settings.model == "openai" and host not in LOCAL
    said = {"none": "no model: templates alone", "embedded": "the embedded model, inside the process"}.get(
        settings.model, "an endpoint elsewhere" if outside else "an endpoint on this machine"
    )
    identified = outside and settings.model_may_receive_phi and not settings.model_deidentified
    if outside:
        said += (
            ", which may be asked about patients"
            if identified
            else ", which is asked only what was scrubbed"
            if settings.model_deidentified
            else ", which is asked nothing about patients"
        )
    return site.tell(
        "model.inside",
        "No model outside this machine receives identified data",
        said,
        not identified,
        "CARELOOM_MODEL, CARELOOM_MODEL_URL, CARELOOM_MODEL_MAY_RECEIVE_PHI, CARELOOM_MODEL_DEIDENTIFIED",
    )
