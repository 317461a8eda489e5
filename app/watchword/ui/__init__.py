"""The windows: the only folder that imports Qt. Sees core, model, settings and paths, nothing below."""
