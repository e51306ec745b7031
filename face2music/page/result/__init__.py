"""A song -> the pieces of HTML that tell of it, in the visitor's language."""
