"""Finance: what care costs and what programmes pay for it, from what people did and attested. Pure: no clock, no chance, no database.

Never    claims anything: each amount stands beside its evidence, for a biller and a coder who decide
"""
