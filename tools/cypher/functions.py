"""The functions and procedures that a query may call: those known to compute from their arguments and do nothing else.
What a kind of server has not of them is its `Dialect`'s to say.

Lists of what is allowed, because nobody can list what is dangerous: ArcadeDB reaches its SQL functions, `file()`,
user-defined JavaScript and `util.sleep` from Cypher; Neo4j whatever plug-ins the server has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

_GENERAL = """
abs acos asin atan atan2 ceil ceiling cos cot coth cosh degrees e exp floor haversin isnan ln log log10 pi radians rand
round sign sin sinh sqrt tan tanh
avg collect count max min percentilecont percentiledisc stdev stdevp sum
coalesce elementid endnode exists head id isempty keys labels last length nodes nullif properties randomuuid range
relationships reverse size startnode tail type valuetype
btrim char_length character_length left lower ltrim normalize replace right rtrim split substring toboolean
tobooleanlist tobooleanornull tofloat tofloatlist tofloatornull tointeger tointegerlist tointegerornull tolower tostring
tostringlist tostringornull toupper trim upper
all any none single isnormalized
date datetime duration localdatetime localtime time timestamp
date.realtime date.statement date.transaction date.truncate datetime.fromepoch datetime.fromepochmillis
datetime.realtime datetime.statement datetime.transaction datetime.truncate duration.between duration.indays
duration.inmonths duration.inseconds localdatetime.realtime localdatetime.statement localdatetime.transaction
localdatetime.truncate localtime.realtime localtime.statement localtime.transaction localtime.truncate time.realtime
time.statement time.transaction time.truncate
point point.distance point.withinbbox distance vector.similarity.cosine vector.similarity.euclidean
"""

_APOC = """
apoc.coll.avg apoc.coll.contains apoc.coll.containsall apoc.coll.different apoc.coll.disjunction apoc.coll.duplicates
apoc.coll.flatten apoc.coll.frequencies apoc.coll.frequenciesasmap apoc.coll.indexof apoc.coll.intersection
apoc.coll.max apoc.coll.min apoc.coll.occurrences apoc.coll.pairs apoc.coll.pairsmin apoc.coll.reverse apoc.coll.sort
apoc.coll.sortmaps apoc.coll.sortnodes apoc.coll.subtract apoc.coll.sum apoc.coll.toset apoc.coll.union
apoc.coll.unionall apoc.coll.zip
apoc.convert.fromjsonlist apoc.convert.fromjsonmap apoc.convert.toboolean apoc.convert.tofloat
apoc.convert.tointeger apoc.convert.tojson apoc.convert.tolist apoc.convert.tomap apoc.convert.toset
apoc.convert.tostring
apoc.date.add apoc.date.convert apoc.date.currenttimestamp apoc.date.field apoc.date.fields apoc.date.format
apoc.date.fromiso8601 apoc.date.parse apoc.date.toiso8601 apoc.temporal.format
apoc.map.frompairs apoc.map.fromlists apoc.map.merge apoc.map.removekey apoc.map.removekeys apoc.map.setkey
apoc.map.submap apoc.map.values apoc.math.maxlong apoc.math.minlong apoc.math.round apoc.number.format
apoc.node.degree apoc.node.degree.in apoc.node.degree.out apoc.node.labels apoc.node.relationship.exists
apoc.node.relationship.types apoc.rel.type
apoc.text.capitalize apoc.text.capitalizeall apoc.text.clean apoc.text.compareclean apoc.text.decapitalize
apoc.text.distance apoc.text.fuzzymatch apoc.text.indexof apoc.text.jarowinklerdistance apoc.text.join
apoc.text.levenshteindistance apoc.text.levenshteinsimilarity apoc.text.sorensendicesimilarity apoc.text.swapcase
"""

FUNCTIONS = frozenset((_GENERAL + _APOC).split())
"""In lower case, as ArcadeDB and Neo4j's own functions are looked up."""

PROCEDURES = frozenset(
    {
        "db.index.fulltext.querynodes",
        "db.index.fulltext.queryrelationships",
        "db.index.vector.querynodes",
        "db.labels",
        "db.propertykeys",
        "db.relationshiptypes",
    }
)
"""In lower case: searches of an index, and what the graph holds."""


@dataclass(frozen=True, eq=False, slots=True)
class Dialect:
    """What the Cypher of one kind of server lacks."""

    server: str
    """What it calls itself."""
    lacks: Mapping[str, str] = field(default_factory=dict)
    """Of `FUNCTIONS`, those that it has not → how to say the same with what it has."""


NEO4J = Dialect("Neo4j")
"""With APOC. What an older version has not, or a server without APOC, the server says itself."""
ARCADEDB = Dialect(
    "ArcadeDB",
    {
        "apoc.coll.contains": "x IN a",
        "apoc.coll.containsall": "all(x IN b WHERE x IN a)",
        "apoc.coll.different": "size(apoc.coll.toSet(a)) = size(a)",
        "apoc.coll.disjunction": "[x IN a WHERE NOT x IN b] + [x IN b WHERE NOT x IN a]",
        "apoc.coll.duplicates": "[x IN apoc.coll.toSet(a) WHERE size([y IN a WHERE y = x]) > 1]",
        "apoc.coll.frequencies": "UNWIND a AS x RETURN x, count(*)",
        "apoc.coll.frequenciesasmap": "UNWIND a AS x RETURN x, count(*)",
        "apoc.coll.intersection": "[x IN a WHERE x IN b]",
        "apoc.coll.occurrences": "size([x IN a WHERE x = y])",
        "apoc.coll.pairs": "[i IN range(0, size(a) - 1) | [a[i], a[i + 1]]]",
        "apoc.coll.reverse": "reverse(a)",
        "apoc.coll.sortmaps": "UNWIND a AS x WITH x ORDER BY x.key RETURN collect(x)",
        "apoc.coll.sortnodes": "UNWIND a AS x WITH x ORDER BY x.key RETURN collect(x)",
        "apoc.coll.subtract": "[x IN a WHERE NOT x IN b]",
        "apoc.coll.zip": "[i IN range(0, size(a) - 1) | [a[i], b[i]]]",
        "apoc.temporal.format": "toString(a)",
        "apoc.text.clean": "toLower(trim(a))",
        "apoc.text.compareclean": "toLower(a) = toLower(b)",
        "apoc.text.distance": "apoc.text.levenshteinDistance(a, b)",
        "apoc.text.fuzzymatch": "apoc.text.levenshteinSimilarity(a, b) > 0.7",
        "apoc.text.swapcase": "toUpper(a)",
    },
)
