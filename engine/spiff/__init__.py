"""SpiffWorkflow, corrected: the only package that imports it.

SpiffWorkflow gives the tree of steps and their states, and the specifications that act on them. Upstream predicts what may
come, copies data from step to step and keeps every finished step; here nothing is predicted, data lives in scopes beside the
tree, and a finished step leaves the tree at once. So the tree holds exactly the live tokens, joins count the tokens that wait
on their flows, and cost depends on what is alive, never on what has been. ENGINE.md F1 to F4 cannot happen in such a tree.

    build   drawing -> specifications              tree       the live steps and the variables they see
    steps   what every step does                   run        what is done to an instance, and the automatic work that follows
    links   how tokens travel from node to node    listening  what live steps wait for: timers, messages, signals
    state   the tree as bytes, and back            clockwork  what a waiting timer remembers
    activities, events, gateways, rounds           what the kinds of step do
"""
