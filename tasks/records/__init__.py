"""Papers, numbers, registers, and the operations that service tasks call."""
