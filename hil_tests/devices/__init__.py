"""The drivers' contracts on devices that one can hold, with a person for hands."""
