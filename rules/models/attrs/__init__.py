"""attrs, from attrs 26.1.0. The constructors that it writes are built into the analysis."""
# cyclint: model better-than-source
