"""What cards, codes and PINs prove: bytes in, bytes out. No reader, no clock and no chance in here."""
