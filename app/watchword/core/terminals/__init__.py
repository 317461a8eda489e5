"""Several desktops of one account: the words that are typed, the parcel, either side of adding one."""
