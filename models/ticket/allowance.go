package ticket

// BehalfFactor is how many times more a steward or a station may file for neighbours than a person for himself.
const BehalfFactor = 10

// Allowance says how many tickets of t's sort its author may file within a day, out of the county's setting for a
// person's own matters, and the name of the count. Matters of life and those of neighbours are counted apart, so that
// nobody who has used up his day is kept from calling for help, and no steward from filing for others (TRUST 3.4).
func (t Ticket) Allowance(perDay int) (name string, most int) {
	switch {
	case t.Urgency == "u1":
		return "life", perDay
	case t.OnBehalf:
		return "behalf", perDay * BehalfFactor
	}
	return "own", perDay
}
