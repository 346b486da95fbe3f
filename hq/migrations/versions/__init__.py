"""The steps, each with the tables as they were then; a step that was released is never changed."""
