"""The nouns that pass between the stages: frozen dataclasses, named as FHIR names them."""
