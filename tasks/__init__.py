"""The work that a drawing asks for: who may do it, by when, on which form, who is told, and the papers it leaves."""
