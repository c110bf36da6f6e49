"""`chenbao doctor`: what trips operators up, each as one sentence that says what to do.

`gathering` asks the system, the store, Telegram and a few feeds; `machine`, `line` and `archive` judge the values that it
brings, without touching anything.
"""
