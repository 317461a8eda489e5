"""What the relay uses: each character's confusables, with `c` the text and `n` its name."""

confusables_data: dict[str, list[dict[str, str]]]
