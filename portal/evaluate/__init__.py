"""Playing requests and review events through the actions of the portal, leaving nothing behind.

`manage.py evaluate FILE` is how a plan tries its own cases: `reading` reads the file, `request` and
`drugs` what is asked, `world` creates the member, provider and earlier orders that a request needs, `play`
drives the same actions as the screens, `results` says what came of it.

docs/evaluate.md describes the format.
"""
