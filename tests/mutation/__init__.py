"""Would the tests notice if the core were wrong? Small faults are put into it, one at a time.

    python -m tests.mutation            name the parts
    python -m tests.mutation points     change the modules of a part and name the changes that no test noticed

A part takes minutes; what was found is kept in docs/mutation-testing.md.
"""
