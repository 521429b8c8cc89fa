"""Who may do it, by when, on which form, who is told."""
