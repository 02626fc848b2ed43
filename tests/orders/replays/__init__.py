"""Stored evaluations judged again after later releases (G-16; R-208).

    python -m tests.orders.replays --orders 10000 [--releases 5] [--seed N]

Random requests over all shipped content are judged and stored as a submission stores them.  Then later
releases come: each changes every regimen, every policy and every route, and products end.  At last
`manage.py replay_orders` judges every stored evaluation again, with nothing compiled beforehand.
"""
