"""Study: does it help, and by how much? Pure: no clock, no database, and no chance but a seed that is given."""
