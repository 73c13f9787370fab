"""The composition root: ``chosen`` is what the settings choose, ``gateway`` puts a gateway together."""
