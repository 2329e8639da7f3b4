"""Everything a user can ask for, as one table; and the keys that ask for it."""
