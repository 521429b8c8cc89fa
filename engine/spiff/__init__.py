"""SpiffWorkflow, corrected: the only package that imports it.

SpiffWorkflow gives the tree of steps and their states, and the specifications that act on them. Upstream predicts what may
come, copies data from step to step and keeps every finished step; here nothing is predicted, data lives in scopes beside the
tree, and a finished step leaves the tree at once. So the tree holds exactly the live tokens, joins count the tokens that wait
on their flows, and cost depends on what is alive, never on what has been. ENGINE.md F1 to F4 cannot happen in such a tree.

    build  drawing -> specifications            run    the live tree of one instance, and what happens to it
    steps  what every step does                 state  the tree as bytes, and back
    activities, events, gateways, rounds        what the kinds of step do
"""
