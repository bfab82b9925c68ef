"""No migrations: the place of allauth's own, so that its tables, which nobody here uses, are made on no database and in no test."""
