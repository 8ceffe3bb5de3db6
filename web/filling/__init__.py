"""From the database to view models: one module for each kind of page.

Every function takes a `Page`: one consistent state of the database, read as one reader may see it.
"""
