"""Would a test notice? The program is changed in one place at a time, and the tests that run that place must fail.

`python -m tests.mutation PATH… --sample 150` (not part of CI: a sample takes minutes).

Killed, each on a fresh sample: `bot/delivery` 96.7 % of 120 (seed 404) and 100 % of 120 (seed 777), `bot/collect/feeds`
96.7 % of 120 (seed 505) and 100 % of 150 (seed 888). Only tests of these folders ran, and tests/runtime/test_health.py and
tests/jobs/test_identity.py. What had survived the first sample of each was mended before the second.
"""
