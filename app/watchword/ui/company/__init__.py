"""The company in the windows: what this computer belongs to, how its methods are, and a token's PIN."""
