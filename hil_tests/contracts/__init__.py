"""The drivers' contracts on the bench. In the guest the beds are those of the virtual bench, elsewhere real devices."""
