"""How the outside talks to Lanework: pages and the command line."""
