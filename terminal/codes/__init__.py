"""What is printed, shown or swiped, read into values: goods, members, coupons, and what is refused and never kept."""
