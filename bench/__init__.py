"""`./dev bench`: our server and its peers, measured one after the other on one machine.

The way of a run: `__main__` reads the command line, `peers` and `tools` prepare what is measured,
`runner` goes through rounds × workloads × servers, `report` prints and keeps the tables.
"""
