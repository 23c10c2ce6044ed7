package ticket

// Box is which pile of tickets somebody looks at.
type Box string

// The boxes.
const (
	BoxMine     Box = "mine"     // filed by or for me
	BoxBuilding Box = "building" // of the building I am steward of
	BoxDesk     Box = "desk"     // my party must answer
	BoxAll      Box = "all"      // whatever I oversee or answer for; with no such work, whatever my scope covers
)

// Filter narrows a box.
type Filter string

// The filters. Empty means everything.
const (
	FilterOpen       Filter = "open"
	FilterWaitingMe  Filter = "waiting_me"
	FilterOverdue    Filter = "overdue"
	FilterUnanswered Filter = "unanswered"
	FilterToConfirm  Filter = "to_confirm" // done, waits for the word of whoever filed it
	FilterEscalated  Filter = "escalated"  // raised to a level that the asker works on
	FilterReturned   Filter = "returned"   // given back, waits for a dispatcher
	FilterExtension  Filter = "extension"  // a later date was asked for, waits for the level above
	FilterJoint      Filter = "joint"      // several households stand behind it
	FilterClosed     Filter = "closed"
)

// Query asks for one page of a box. Limit is between 1 and 100.
type Query struct {
	Box        Box
	Filter     Filter
	EstateID   int64
	BuildingID int64 // leaves out what is of the whole estate, and comes before EstateID
	PartyID    int64 // who answers for it today
	Group      string
	Words      string
	Cursor     string
	Limit      int
}

// Page is a page of tickets. Counts and Untaken stand on the first page only.
type Page struct {
	Items   []Row   `json:"items"`
	Next    string  `json:"next,omitempty"`
	Counts  *Counts `json:"counts,omitempty"`
	Untaken []Row   `json:"untaken,omitempty" doc:"of a desk that lists what is open: urgent tickets (u1, then u2) that nobody has taken yet, by time left, at most 5; each stands in its place among the items as well"`
}

// MostUntaken is how many urgent tickets that nobody has taken stand above a desk.
const MostUntaken = 5

// Counts are the figures above a list.
type Counts struct {
	Open       int64 `json:"open"`
	WaitingMe  int64 `json:"waiting_me"`
	Overdue    int64 `json:"overdue"`
	Unanswered int64 `json:"unanswered"`
	ToConfirm  int64 `json:"to_confirm"`
	Escalated  int64 `json:"escalated"`
	Returned   int64 `json:"returned"`
	Extension  int64 `json:"extension"`
	Joint      int64 `json:"joint"`
}
