package ticket

import "testing"

func TestAllowance(t *testing.T) {
	for name, c := range map[string]struct {
		ticket Ticket
		count  string
		most   int
	}{
		"his own":              {Ticket{Urgency: "u3r"}, "own", 20},
		"a neighbour's":        {Ticket{Urgency: "u4", OnBehalf: true}, "behalf", 200},
		"life":                 {Ticket{Urgency: "u1"}, "life", 20},
		"life of a neighbour":  {Ticket{Urgency: "u1", OnBehalf: true}, "life", 20},
		"danger that can wait": {Ticket{Urgency: "u2"}, "own", 20},
	} {
		if count, most := c.ticket.Allowance(20); count != c.count || most != c.most {
			t.Errorf("%s: %s, %d", name, count, most)
		}
	}
}
