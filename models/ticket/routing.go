package ticket

// Target says who should answer, before anybody looks up which body that is today.
type Target string

// The targets that are not the code of an agency or utility.
const (
	TargetTerm      Target = "term"            // whoever's service term covers the estate on that day
	TargetStation   Target = "station"         // the community's service station
	TargetTown      Target = "town"            // the town
	TargetDeveloper Target = "developer"       // the developer, where one is registered
	TargetCenter    Target = "property_center" // the county's property centre
)

// Route lists who should answer a matter of category c, best first; the first body that exists gets it. managed is the
// column of B-b.3: whether somebody other than the community runs the place that day. The list always ends with the
// station, the town and the centre, so that every home has somebody who answers for it.
func Route(c Category, managed bool) []Target {
	word := c.Unmanaged
	if managed {
		word = c.Managed
	}
	last := []Target{TargetStation, TargetTown, TargetCenter}
	switch word {
	case "op", "unit":
		return append([]Target{TargetTerm}, last...)
	case "dev":
		return append([]Target{TargetDeveloper, TargetTerm}, last...)
	case "comm":
		return last
	case "town":
		return last[1:]
	case "property_center":
		return last[2:]
	}
	return append([]Target{Target(word)}, last...)
}
