"""Where a relay keeps what must outlive it: one contract, several implementations."""
