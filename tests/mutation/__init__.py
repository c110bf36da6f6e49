"""Would a test notice? The program is changed in one place at a time, and the tests that run that place must fail.

`python -m tests.mutation PATH… --sample 150` (not part of CI: a sample takes minutes).
"""
