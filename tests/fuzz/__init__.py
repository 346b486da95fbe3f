"""Everything that HQ and terminals read from each other, given what nobody of ours would send."""
