"""Knowledge: what medicine and its code systems say, as versioned data with look-ups.

Takes    the TOML and CSV files of this folder, and those of a site's own folder
Gives    one frozen `Knowledge`: drugs, interactions, circumstances, burdens, opioids, renal dosing, labs, conditions, gaps, protocols
Never    knows a patient, asks a model or a network, or hides a file that it could not read (`problems`)
"""

import hashlib
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from careloom.errors import ConfigError
from careloom.knowledge import cache
from careloom.knowledge.burdens import Burdens, load_burdens
from careloom.knowledge.circumstances import FILE as CIRCUMSTANCES
from careloom.knowledge.circumstances import Circumstances, load_circumstances
from careloom.knowledge.conditions import Conditions, load_conditions
from careloom.knowledge.degrees import Degrees, load_degrees
from careloom.knowledge.drugs import Drugs, load_drugs
from careloom.knowledge.gaps import Gaps, load_gaps
from careloom.knowledge.hazard_rules import HazardRules
from careloom.knowledge.interactions import Interactions, Known, load_interactions
from careloom.knowledge.labs import Labs, load_labs
from careloom.knowledge.matters import Matters, load_matters
from careloom.knowledge.opioids import Opioids, load_opioids
from careloom.knowledge.packs import FOLDER, pack_files, read_pack
from careloom.knowledge.plain import Plain, load_plain
from careloom.knowledge.protocols import Contrary, Protocols, Vocabulary, load_protocols
from careloom.knowledge.protocols.vocabulary import NEEDS, NOTED, PERSONS, RESULTS, STATES
from careloom.knowledge.releases.listed import LIST, in_force
from careloom.knowledge.renal import Renal, load_renal
from careloom.knowledge.scores import Score, load_scores
from careloom.knowledge.sensitive import Sensitive, load_sensitive
from careloom.knowledge.sightings import Sightings, load_sightings
from careloom.knowledge.terms import Terms
from careloom.knowledge.texts import Texts, load_texts
from careloom.knowledge.variants import of_unknown_salt, with_salts

__all__ = ["Knowledge", "load", "version_of"]

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything the pure stages know. `version` is a hash over all its data files, `versions` says what of by part.

    `problems` names each file and rule that could not be used, and why; the rest works.
    """

    version: str
    drugs: Drugs
    interactions: Interactions
    burdens: Burdens
    circumstances: Circumstances
    opioids: Opioids
    renal: Renal
    labs: Labs
    degrees: Degrees
    conditions: Conditions
    gaps: Gaps
    sightings: Sightings
    matters: Matters
    scores: Mapping[str, Score]
    protocols: Protocols
    texts: Texts
    plain: Plain
    sensitive: Sensitive
    problems: tuple[str, ...] = ()
    terms: Terms = field(default_factory=Terms)
    versions: Mapping[str, str] = field(default_factory=dict)


def load(site: Path | None = None, releases: Path | None = None) -> Knowledge:
    """All knowledge. It is compiled once for the same contents of its files, and kept (cache.py) beside ours, or in `releases`
    where a site's own files are part of it; each call hashes the contents, so that an edit is never missed.

    `site` is a folder with a site's own protocol files (`*.toml`): they add rules, replace those of the
    same id, or switch rules off (`off = ["rule-id"]`); and with its own lists of drugs and circumstances
    (`circumstances*.csv`, in our columns), whose rows add to ours or take their place, and of interactions
    (`interactions*.csv`, packs.py), which stand beside ours. Raises ConfigError where the folder is absent. `releases` is the
    folder into which `careloom knowledge load` compiled the site's own code systems, if any, and where `careloom knowledge pack`
    keeps packs.
    """
    if site is not None and not site.is_dir():
        # Before anything is looked up: a folder that isn't there has the same contents as none.
        raise ConfigError("the folder for a site's own protocols does not exist")
    # A home without releases or files of its own shares the knowledge of every other one.
    releases = releases if releases is not None and (site is not None or releases.is_dir()) else None
    return _loaded(site, releases, _fingerprint(site, releases))


def version_of(site: Path | None = None, releases: Path | None = None) -> str:
    """The version that knowledge of these folders has now: that of a process that compiled it before an edit is another one."""
    return _fingerprint(site, releases)[0][1]


@lru_cache(maxsize=4)
def _loaded(site: Path | None, releases: Path | None, fingerprint: tuple[tuple[str, str], ...]) -> Knowledge:
    listed = in_force(releases) if releases else ((), ())
    terms = Terms(releases, listed[0])
    code = cache.sources(HERE, HERE.parent / "care")
    key = hashlib.sha256(repr((code, fingerprint, listed)).encode()).hexdigest()
    own = any(part.startswith("site: ") for part, _ in fingerprint) or listed != ((), ())
    folders = _folders(releases, own)
    found = cache.kept(folders, key, terms)
    if isinstance(found, Knowledge):
        return found
    compiled = _compiled(site, releases, fingerprint, terms, listed[1])
    cache.keep(folders, key, compiled, terms)
    return compiled


def _folders(releases: Path | None, own: bool) -> list[Path]:
    """Where compiled knowledge is kept: ours as Python keeps our compiled code, or in the home; with a site's own files the latter alone."""
    beside = Path(importlib.util.cache_from_source(str(HERE / "__init__.py"))).parent
    return ([] if own else [beside]) + ([releases] if releases else [])


def _fingerprint(site: Path | None, releases: Path | None) -> tuple[tuple[str, str], ...]:
    """A hash of each part of what is known, over names and contents of its files; the first is over them all."""
    every = hashlib.sha256()
    parts: dict[str, Any] = {}
    if releases is not None and (listed := releases / LIST).is_file():
        every.update(listed.read_bytes())
    for folder in (HERE, site, releases / FOLDER if releases else None):
        for path in sorted(folder.rglob("*")) if folder else ():
            if path.suffix in {".toml", ".csv", ".txt"}:
                body = path.name.encode() + b"\0" + path.read_bytes()
                every.update(body)
                parts.setdefault(_part(path, folder), hashlib.sha256()).update(body)
    hashes = {"all": every, **parts}
    return tuple((part, digest.hexdigest()[:16]) for part, digest in hashes.items())


def _part(path: Path, folder: Path | None) -> str:
    """What a file is a part of: "protocols", "drug_safety", "codes", or a file of the site's by its name."""
    if folder != HERE:
        return f"site: {path.name}"
    return path.parent.name if path.parent != HERE else "codes"


def _compiled(
    site: Path | None,
    releases: Path | None,
    fingerprint: tuple[tuple[str, str], ...],
    terms: Terms,
    unusable: tuple[str, ...],
) -> Knowledge:
    folders = (releases / FOLDER if releases else None, site)
    drugs, labs, conditions = load_drugs(terms=terms), load_labs(), load_conditions()
    packs = [read_pack(path, drugs) for path in pack_files(folders)]
    if strangers := sorted({name for pack in packs for name in pack.strangers}):
        drugs = load_drugs(terms=terms, others=strangers)
    gaps, sightings = load_gaps(), load_sightings()
    matters, scores = load_matters(), load_scores()
    ingredients = frozenset(drug.name for drug in drugs.all())
    names = {
        "problem": frozenset(conditions.by_concept),
        "lab": frozenset(labs.by_concept),
        "trend": frozenset(labs.by_concept),
        "drug": drugs.classes() | ingredients | frozenset(map(of_unknown_salt, with_salts())),
        "lapsed": drugs.classes() | ingredients,
        "gap": frozenset(gaps.by_about),
        "seen": frozenset(sightings.by_name),
        "booked": frozenset(sightings.by_name),
        "medication": STATES,
        "need": NEEDS,
        "person": PERSONS,
        "result": RESULTS,
        "history": frozenset(conditions.by_concept),
        "onset": frozenset(conditions.by_concept),
        "noted": NOTED,
        "matter": frozenset(f"{one.name}={value.name}" for one in matters.all for value in one.values),
        "score": frozenset(scores),
    }
    vocabulary = Vocabulary(names, labs)
    circumstances = load_circumstances(vocabulary, (CIRCUMSTANCES, *pack_files(folders, "circumstances")))
    known = Known(ingredients, drugs.classes(), names["problem"])
    interactions = load_interactions(packs=packs, known=known)
    rows = frozenset({one.id for one in interactions.all} | {one.id for one in circumstances.all})
    protocols, problems = load_protocols(vocabulary, site, rows, Contrary(drugs, conditions, labs))
    if off := frozenset(protocols.off) & rows:
        interactions, circumstances = interactions.without(off), circumstances.without(off)
    renal = load_renal()
    protocols = replace(protocols, others=HazardRules(interactions, renal, drugs))
    return Knowledge(
        version=fingerprint[0][1],
        drugs=drugs,
        interactions=interactions,
        burdens=load_burdens(),
        circumstances=circumstances,
        opioids=load_opioids(),
        renal=renal,
        labs=labs,
        degrees=load_degrees(labs),
        conditions=conditions,
        gaps=gaps,
        sightings=sightings,
        matters=matters,
        scores=scores,
        protocols=protocols,
        texts=load_texts(),
        plain=load_plain(),
        sensitive=load_sensitive(),
        problems=(*problems, *interactions.problems, *circumstances.problems, *unusable),
        terms=terms,
        versions={
            **dict(fingerprint[1:]),
            **{one.name: one.dated or "undated" for one in interactions.lists},
            **{f"release {one.name}": one.version for one in terms.releases},
        },
    )
