// Package score computes how well a place is served, so that anybody can compute it again: the three rates of its
// tickets, their shrinkage for small samples, the estate score S, the company credit C, and the explanation that lists
// every input. Fractions are exact and are rounded once, when published (FIELD B-d, DECISIONS 12, 13, 14, 15, 16).
package score

// Rate names one of the three rates (B-d.1).
type Rate string

// The three rates.
const (
	Response     Rate = "response_rate"
	Resolution   Rate = "resolution_rate"
	Satisfaction Rate = "satisfaction_points"
)

// Rates lists them in the order of the formula.
var Rates = []Rate{Response, Resolution, Satisfaction}

// PartName names one part of S (B-d.3).
type PartName string

// The parts: complaint handling, four-haves execution, inspections, disclosure, owner survey.
const (
	PartComplaints  PartName = "T"
	PartFourHaves   PartName = "L"
	PartInspections PartName = "I"
	PartDisclosure  PartName = "D"
	PartSurvey      PartName = "V"
)

// PartNames lists the parts in the order of the formula.
var PartNames = []PartName{PartComplaints, PartFourHaves, PartInspections, PartDisclosure, PartSurvey}

// UnitKind is what is scored: an estate, or for ownerless buildings their package or community (DECISIONS 15).
type UnitKind string

// The kinds of scored unit.
const (
	UnitEstate    UnitKind = "estate"
	UnitPackage   UnitKind = "service_package"
	UnitCommunity UnitKind = "community"
)

// Band is the word for a range of S.
type Band string

// The bands of B-d.3.
const (
	Excellent Band = "excellent"
	Good      Band = "good"
	Pass      Band = "pass"
	Fail      Band = "fail"
)

// Reason says why a ticket or voice has its value, or why it does not count.
type Reason string

// Why a ticket has its value in the response rate.
const (
	OnTime       Reason = "on_time"
	Late         Reason = "late"
	NotContacted Reason = "not_contacted"
)

// Why a ticket has its value in the resolution rate. Late stands there too: any solution after the deadline.
const (
	Confirmed        Reason = "confirmed"
	SilentWithPhoto  Reason = "silent_with_photo"
	SilentNoPhoto    Reason = "silent_no_photo"
	WaitingWithPhoto Reason = "waiting_with_photo" // done in time, the answer may still come
	WaitingNoPhoto   Reason = "waiting_no_photo"
	SentBack         Reason = "sent_back"
	OpenOverdue      Reason = "open_overdue"
	WithdrawnAfter   Reason = "withdrawn"
)

// Where a voice of the satisfaction rate comes from.
const (
	TicketVoices  Reason = "ticket_ratings"  // a household that answered for tickets: one voice
	GeneralVoices Reason = "general_ratings" // a household that only rated in general: a quarter of a voice
)

// Why something does not count.
const (
	OutRunning    Reason = "not_due_yet"
	OutOtherParty Reason = "other_party" // somebody else than who serves the place had to answer
	OutMerged     Reason = "merged"
	OutDeclined   Reason = "declined"
	OutSuspended  Reason = "suspended"
	OutWithdrawn  Reason = "withdrawn_before_contact"
	OutNoWeight   Reason = "rating_without_membership"
	OutReplaced   Reason = "rating_replaced"
	OutLateRating Reason = "rating_too_late"
	OutNoStars    Reason = "rating_without_stars"
)
