"""What passes between a terminal and HQ: operations, batches, signed documents, the feed, leases and enrolment."""
