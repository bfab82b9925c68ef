"""Texts that give software an order: never quoted in a draft (`speaks_to_software`), told as a finding (`orders_software`);
of what comes from nobody in the care (a payer's policy) either is too much (`is_for_software`).

Source   OWASP Top 10 for LLM Applications 2025, LLM01 Prompt Injection
Misses   what `addressed` misses, but for the further languages here
"""

import re
import unicodedata

from careloom.text.addressed import is_addressed

# What a text says when it talks to software and not about a person.
_TO_SOFTWARE = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instruction|rule|prompt|above|previous|prior|check|review)"
    r"|\b(?:system|developer|assistant)\s*(?:note|prompt|message|instruction)?\s*(?:to the software)?\s*:"
    r"|\byou (?:are|must act as) (?:an? )?(?:ai|assistant|language model|chatbot|system)\b"
    r"|\b(?:as an ai|language model|large language|llm|prompt injection|jailbreak|the software|this software|careloom)\b"
    r"|\b(?:approve|sign|file|release)\b.{0,30}\b(?:plan|draft|document|without review|automatically)"
    r"|\bmark (?:this|the|as)\b.{0,30}\b(?:risk|approved|reviewed|safe|resolved)"
    r"|\b(?:ignora|ignore[nz]?|olvida)\b.{0,30}\binstrucciones\b|<\|?[a-z_]+\|?>|\[/?inst\]",
    re.IGNORECASE,
)
# Besides the phrases by which notes are read: further languages, and orders to whatever judges a plan.
_FURTHER = re.compile(
    r"\b(?:ignore[zr]?|oublie[zr]?)\b[^.\n]{0,40}\b(?:instructions|regles|consignes)\b"
    r"|\b(?:ignore|desconsidere|esqueca)\b[^.\n]{0,40}\b(?:instrucoes|regras|anteriores)\b"
    r"|\b(?:ignorier\w*|vergiss)\b[^.\n]{0,40}\b(?:anweisungen|regeln|vorherigen)\b"
    r"|\b(?:approve|sign off(?: on)?|accept|release)\s+(?:all|every|everything|each)\b"
    r"|\b(?:mark|classify|treat|label|rate)\s+(?:this|the|it|all|every|everything)\b[^.\n]{0,20}\b"
    r"as\s+(?:approved|safe|reviewed|verified|signed|low[ -]risk|supported|automatic)\b"
    r"|\b(?:skip|bypass)\s+(?:the |all |any |every )?(?:verification|checks?|review|safety)\b"
    r"|\b(?:nota|mensaje) es para (?:el|la|un) (?:sistema|software|asistente|modelo|programa|ia)\b"
)
_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_SENTENCE = re.compile(r"[.!?\n]+")
_SHORTEST = 12


def speaks_to_software(text: str) -> bool:
    """Whether a source's words look like an instruction to software; such words are never quoted."""
    return bool(_TO_SOFTWARE.search(text)) or is_addressed(text)


def is_for_software(text: str) -> bool:
    """Whether a text speaks to software in any of the ways that are known here."""
    return speaks_to_software(text) or orders_software(text)


def orders_software(text: str) -> bool:
    """Whether a text gives software an instruction; hidden characters and accents don't help it."""
    if not text.isascii():
        apart = unicodedata.normalize("NFKD", _HIDDEN.sub("", text))
        text = "".join(letter for letter in apart if not unicodedata.combining(letter))
    low = text.lower()
    return _FURTHER.search(low) is not None or any(
        is_addressed(sentence) for sentence in _SENTENCE.split(text) if len(sentence) >= _SHORTEST
    )
