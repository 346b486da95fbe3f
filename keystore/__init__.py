"""Where the masters of card keys are kept: at headquarters and at the bench where cards are issued, never at a till."""
