"""What is printed, shown or swiped, read into values: GS1 codes, stripes."""
