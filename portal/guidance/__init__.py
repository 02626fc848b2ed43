"""What order entry needs, told beforehand: the guide to its steps, and worksheets to fill in on paper."""
