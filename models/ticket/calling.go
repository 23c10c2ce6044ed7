package ticket

// Unheard reports whether nobody at the party has taken the matter yet: such a one is called for, down the chain of its urgency.
func (t Ticket) Unheard() bool { return t.State == Dispatched && t.AcknowledgedAt == nil }
