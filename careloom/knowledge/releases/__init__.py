"""Releases: a site's own code systems and value sets, compiled once to a look-up file.

Takes    files as their publishers give them: RxNorm RRF, LOINC CSV, SNOMED CT RF2 snapshot, ICD-10-CM order file, CVX text,
         FHIR ValueSet, CodeSystem and ConceptMap (JSON)
Gives    one SQLite file a release, named by its content, and a list (loaded.json) of those in force
Never    puts a release in force that could not be read to its end: the one before stays
"""

from careloom.knowledge.releases.compiled import compile_release
from careloom.knowledge.releases.formats import FORMATS, Format, format_of
from careloom.knowledge.releases.listed import Release, in_force

__all__ = ["FORMATS", "Format", "Release", "compile_release", "format_of", "in_force"]
