"""The sample chain: invented stores, goods and members, generated once from a seed."""
