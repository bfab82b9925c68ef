"""A batch: which descriptions are of one person, by splink on DuckDB with the weights of one arriving person.

Takes    descriptions with the id of each
Gives    clusters that hold every id once, and pairs at which a person must look
Never    puts two in one cluster whom a rule holds apart, whoever else is like both
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from careloom.identity.comparisons import COMPARISONS
from careloom.identity.levels import Comparison
from careloom.identity.parting import Edge, parted
from careloom.identity.traits import Traits, known_family, known_given
from careloom.identity.weigh import Outcome, Relative, Rule, Weights, weights

if TYPE_CHECKING:
    import duckdb

# A value that more rows than this share is a clinic's, a shelter's or a placeholder: it tells nothing of a person.
SHARED_BY = 25
# A birth date that more rows than this and more than one in a hundred share is a placeholder.
BORN_TOGETHER = 50
# What so many people of different families bear is a name, though no list holds it.
BEARERS = 3
_KEYS = ("ssn", "street", "email")
# What two descriptions must share to be compared at all; columns of `Traits`, as SQL of one side.
_BLOCKS: tuple[tuple[str, ...], ...] = (
    ("ssn",),
    ("email",),
    ("birth", "family"),
    ("birth", "substr(given, 1, 2)"),
    ("birth", "zip"),
    ("birth", "names"),
    ("names", "substr(birth, 1, 4)"),
    ("names", "substr(birth, 5)"),
    ("names", "zip"),
    ("family_sound", "given_sound", "substr(birth, 1, 4)"),
    ("zip", "family_sound", "substr(given, 1, 1)"),
    ("zip", "given_sound", "substr(family, 1, 1)"),
    ("road", "zip", "substr(given, 1, 1)"),
    ("road", "zip", "substr(family, 1, 1)"),
    ("street",),
    # Two of three parts of a number, of which a slip is in the third.
    ("substr(ssn, 1, 3)", "substr(ssn, 4, 3)"),
    ("substr(ssn, 1, 3)", "substr(ssn, 7)"),
    ("substr(ssn, 4, 3)", "substr(ssn, 7)"),
    ("right(phone, 7)",),
    ("right(phone, 4)", "substr(given, 1, 1)"),
    ("right(phone, 4)", "substr(family, 1, 1)"),
)
_EXPLODED = (("numbers",), ("phones",))
# The floors of weights.toml, for pairs whose weight is below what is looked at.
_SHARING = (
    "SELECT l.row AS row_l, r.row AS row_r FROM described l JOIN described r ON l.ssn = r.ssn AND l.row < r.row "
    "WHERE length(l.ssn) > 4 UNION SELECT l.row, r.row FROM (SELECT row, unnest(numbers) AS one FROM described) l "
    "JOIN (SELECT row, unnest(numbers) AS one FROM described) r ON l.one = r.one AND l.row < r.row"
)
_YES = frozenset(name for name, kind in Traits.__annotations__.items() if kind is bool)
_TEXT = frozenset(name for name, kind in Traits.__annotations__.items() if kind is str)


@dataclass(frozen=True, slots=True)
class Clusters:
    """Every id in exactly one cluster, in the order of the input; pairs that are uncertain, never clustered together."""

    clusters: tuple[tuple[str, ...], ...]
    uncertain: tuple[tuple[str, str], ...]


def cluster(ids: Sequence[str], described: Sequence[Traits]) -> Clusters:
    """Which of the descriptions are of one person. `ids` are theirs, each once."""
    if len(ids) < 2:
        return Clusters(tuple((one,) for one in ids), ())
    # duckdb, pyarrow and splink take over a second to load.
    import duckdb

    with duckdb.connect() as database:
        load(database, telling(described))
        edges = tuple(_edges(database))
        groups, uncertain = parted(len(ids), edges, lambda several: _apart(database, several))
    return Clusters(
        tuple(tuple(ids[place] for place in group) for group in groups),
        tuple((ids[one], ids[other]) for one, other in uncertain),
    )


def load(database: "duckdb.DuckDBPyConnection", described: Sequence[Traits]) -> None:
    """Make the table `described` (row: the place in the sequence)."""
    import pyarrow

    columns: dict[str, Any] = {"row": pyarrow.array(range(len(described)), pyarrow.int64())}
    listed = pyarrow.list_(pyarrow.string())
    for name, values in zip(Traits._fields, zip(*described, strict=True), strict=True):
        if name in _YES:
            columns[name] = pyarrow.array(values, pyarrow.bool_())
        else:
            columns[name] = pyarrow.array(
                [value or None for value in values], pyarrow.string() if name in _TEXT else listed
            )
    database.register("told", pyarrow.table(columns))
    database.execute("CREATE TABLE described AS SELECT * FROM told")
    database.unregister("told")


def telling(described: Sequence[Traits]) -> Sequence[Traits]:
    """The descriptions without what tells nothing in this file: what too many rows share, and row numbers.

    A system that numbers every row anew tells nobody apart.
    """
    borne = Counter(number for told in described for number in told.numbers)
    repeated = {number.partition("|")[0] for number, count in borne.items() if count > 1}
    anew = {system for told in described for system in told.systems} - repeated
    common = {number for number, count in borne.items() if count > SHARED_BY}
    common |= _common(told.phones for told in described)
    single = {column: _common((getattr(told, column),) for told in described) for column in _KEYS}
    born = Counter(told.birth for told in described if told.birth)
    together = max(BORN_TOGETHER, len(described) // 100)
    names = _names(described)
    births = {birth for birth, count in born.items() if count > together}

    def plain(told: Traits) -> Traits:
        changed: dict[str, Any] = {one: "" for one, values in single.items() if getattr(told, one) in values}
        if told.given in names:
            changed |= {"given_known": True, "given_meant": (told.given,)}
        if told.birth in births:
            changed |= {"birth": "", "turned": ""}
        if not common.isdisjoint(told.phones):
            phones = tuple(one for one in told.phones if one not in common)
            changed |= {"phones": phones, "phone": phones[0] if phones else ""}
        if not common.isdisjoint(told.numbers) or not anew.isdisjoint(told.systems):
            kept = (one for one in told.numbers if one not in common and one.partition("|")[0] not in anew)
            changed["numbers"] = numbers = tuple(kept)
            changed["systems"] = tuple(dict.fromkeys(one.partition("|")[0] for one in numbers))
        return told._replace(**changed) if changed else told

    return [plain(told) for told in described]


def _names(described: Iterable[Traits]) -> set[str]:
    """Given names that no list holds, and that people of several families and birth dates bear here: no slips."""
    borne: dict[str, set[tuple[str, str]]] = defaultdict(set)
    families = {"", *(told.family for told in described)}
    for told in described:
        # A family's name stands there where the two are exchanged.
        if told.given not in families and not told.given_known and told.family and told.birth:
            borne[told.given].add((told.family, told.birth))
    return {
        name
        for name, bearers in borne.items()
        if len(bearers) >= BEARERS and all(len(set(one)) >= BEARERS for one in zip(*bearers, strict=True))
    }


def _common(every: Iterable[Iterable[str]]) -> set[str]:
    borne = Counter(value for values in every for value in values if value)
    return {value for value, count in borne.items() if count > SHARED_BY}


def settings() -> dict[str, Any]:
    """The weights as splink's settings."""
    known = weights()
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "row",
        "probability_two_random_records_match": 1 / (1 + 2**-known.prior),
        "comparisons": [_comparison(one, known) for one in COMPARISONS],
        "blocking_rules_to_generate_predictions": [*_blocks()],
        # Without the columns the levels are not told either, by which the rules are asked.
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": False,
    }


def _comparison(one: Comparison, known: Weights) -> dict[str, Any]:
    levels: list[dict[str, Any]] = [
        {"sql_condition": one.silent.sql, "label_for_charts": "silent", "is_null_level": True}
    ]
    for level in one.levels:
        m, u = known.levels[one.name][level.name]
        told: dict[str, Any] = {
            "sql_condition": level.sql,
            "label_for_charts": level.name,
            "m_probability": m,
            "u_probability": u,
        }
        if one.term and level.name == "equal":
            told |= {"tf_adjustment_column": one.term, "disable_tf_exact_match_detection": True}
        levels.append(told)
    return {"output_column_name": one.name, "comparison_levels": levels}


def _blocks() -> Iterator[dict[str, Any]]:
    for columns in _BLOCKS:
        yield {"blocking_rule": " AND ".join(f"{_side(one, 'l')} = {_side(one, 'r')}" for one in columns)}
    yield {"blocking_rule": "l.birth = r.turned AND l.given = r.given"}
    for columns in _EXPLODED:
        rule = " AND ".join(f"{_side(one, 'l')} = {_side(one, 'r')}" for one in columns)
        yield {"blocking_rule": rule, "arrays_to_explode": [columns[0]]}


def _side(column: str, side: str) -> str:
    return column.replace("(", f"({side}.") if "(" in column else f"{side}.{column}"


def linker(database: "duckdb.DuckDBPyConnection") -> Any:
    """splink over the table `described`, with the weights and the shares of names."""
    from splink import DuckDBAPI, Linker

    api = DuckDBAPI(connection=database)
    found = Linker(api.register("described"), settings(), log_level="ERROR", validate_settings=False)
    for column in ("given", "family"):
        _shares(database, column)
        found.table_management.register_term_frequency_lookup(api.register(f"shares_{column}"), column)
    return found


def _shares(database: "duckdb.DuckDBPyConnection", column: str) -> None:
    """The share of people who bear a name: by the census, or in this file where that is more."""
    import pyarrow

    known = known_given() if column == "given" else known_family()
    told = {"name": list(known), "share": list(known.values())}
    database.register("census", pyarrow.table(told))
    database.execute(
        f"CREATE OR REPLACE TABLE shares_{column} AS SELECT {column}, "
        f"greatest({weights().floor[column]}, coalesce(any_value(share), 0), "
        # A name that a few rows bear is no common one: they may be one person's.
        f"CASE WHEN count(*) > 20 THEN count(*) / (SELECT count({column}) FROM described) ELSE 0 END) AS tf_{column} "
        f"FROM described LEFT JOIN census ON name = {column} WHERE {column} IS NOT NULL GROUP BY 1"
    )
    database.unregister("census")


def _edges(database: "duckdb.DuckDBPyConnection") -> Iterator[Edge]:
    """The pairs that are the same or to be looked at."""
    look = weights().look
    predicted = linker(database).inference.predict(threshold_match_weight=look, warning_mode="never")
    scored = predicted.physical_name
    rows = database.execute(
        f"SELECT row_l, row_r, match_weight, outcome FROM (SELECT *, {outcome_sql()} AS outcome FROM {scored}) "
        f"WHERE outcome > 0 UNION ALL SELECT row_l, row_r, {look}, 1 FROM ({_SHARING}) "
        f"ANTI JOIN {scored} USING (row_l, row_r) ORDER BY 1, 2"
    ).fetchall()
    for one, other, bits, outcome in rows:
        yield Edge(one, other, bits, outcome == Outcome.SAME)


def outcome_sql() -> str:
    """The outcome (0, 1, 2) of a scored pair: its weight, then the rules over the levels that it reaches."""
    known = weights()
    said = (
        f"CASE WHEN match_weight >= {known.same} THEN 2 WHEN match_weight >= {known.look} THEN 1 ELSE 0 END"
    )
    for rule in known.floors:
        said = f"greatest({said}, CASE WHEN {_holds(rule)} THEN {int(rule.outcome)} ELSE 0 END)"
    for rule in known.caps:
        said = f"least({said}, CASE WHEN {_holds(rule)} THEN {int(rule.outcome)} ELSE 2 END)"
    for relative in known.relatives:
        said = f"least({said}, CASE WHEN {_against(relative)} < {relative.same} THEN 1 ELSE 2 END)"
    return said


def _against(relative: Relative) -> str:
    """The bits against two being such relatives."""
    return " + ".join(
        f"CASE gamma_{name} "
        + " ".join(f"WHEN {_gammas(name, (level,))} THEN {found:.9f}" for level, found in told.items())
        + " ELSE 0.0 END"
        for name, told in relative.bits.items()
    )


def _holds(rule: Rule) -> str:
    met = " AND ".join(f"gamma_{name} IN ({_gammas(name, levels)})" for name, levels in rule.when.items())
    free = "".join(
        f" AND gamma_{name} NOT IN ({_gammas(name, levels)})" for name, levels in rule.unless.items()
    )
    return f"({met}{free})"


def _gammas(name: str, levels: Iterable[str]) -> str:
    """splink's numbers of levels: -1 where one is silent, 0 the last, and so on up."""
    every = next([level.name for level in one.levels] for one in COMPARISONS if one.name == name)
    return ", ".join(sorted(str(len(every) - 1 - every.index(level) if level else -1) for level in levels))


def _apart(
    database: "duckdb.DuckDBPyConnection", groups: Sequence[Sequence[int]]
) -> Iterator[tuple[int, int]]:
    """The pairs within groups whom a rule holds apart."""
    import pyarrow

    rules = [rule for rule in weights().caps if rule.apart]
    relatives = weights().relatives
    named = {name for rule in rules for name in (*rule.when, *rule.unless)}
    named |= {name for relative in relatives for name in relative.bits}
    held = [_holds(rule) for rule in rules] + [f"{_against(one)} < {one.apart}" for one in relatives]
    rows = [(row, number) for number, group in enumerate(groups) for row in group]
    told = {"row": [row for row, _ in rows], "number": [number for _, number in rows]}
    database.register("groups", pyarrow.table(told))
    columns = Traits._fields
    sides = ", ".join(f"{side}.{one} AS {one}_{side}" for side in "lr" for one in ("row", *columns))
    gammas = ", ".join(f"{gamma_sql(one)} AS gamma_{one.name}" for one in COMPARISONS if one.name in named)
    yield from database.execute(
        f"SELECT row_l, row_r FROM (SELECT row_l, row_r, {gammas} FROM (SELECT {sides} FROM described l "
        "JOIN groups gl ON gl.row = l.row JOIN groups gr ON gr.number = gl.number AND gr.row > gl.row "
        f"JOIN described r ON r.row = gr.row)) WHERE {' OR '.join(held)} ORDER BY 1, 2"
    ).fetchall()
    database.unregister("groups")


def gamma_sql(one: Comparison) -> str:
    """The number of the level that a pair reaches."""
    last = len(one.levels) - 1
    whens = " ".join(f"WHEN {level.sql} THEN {last - place}" for place, level in enumerate(one.levels[:-1]))
    return f"CASE WHEN {one.silent.sql} THEN -1 {whens} ELSE 0 END"
