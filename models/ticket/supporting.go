package ticket

import (
	"slices"
	"time"

	"linli/models"
)

// JointRule is when the matter of one household is a joint one (联名诉求, B-b.1 no. 8, HL-13), and what it is owed then. It
// is data of the catalogue.
type JointRule struct {
	Households int      `json:"households"` // as many homes make it joint, the reporter's among them
	Answer     Span     `json:"answer"`     // a written answer by then
	Urgency    string   `json:"urgency"`    // it is at least as urgent
	Also       []string `json:"also"`       // categories that neighbours are offered though they are not of common parts
}

// firstJointRule holds where a catalogue names none. Of what is not of common parts, matters of the whole place are
// offered; what points at one neighbour, one steward or one home is not.
var firstJointRule = JointRule{
	Households: 10, Answer: Span{WorkingDays: 2}, Urgency: "u3c",
	Also: []string{
		"ORD-01", "PRK-02", "PRK-03", "PRK-04", "LAW-06", "SVC-02", "SVC-03", "SVC-04", "SVC-05", "SVC-08", "SVC-10", "GOV-02", "DSP-04",
	},
}

// JointRule is the rule of joint matters in c.
func (c Catalogue) JointRule() JointRule {
	if c.Joint == nil {
		return firstJointRule
	}
	return *c.Joint
}

// Shareable reports whether open tickets of a category are offered to neighbours who are about to file the same. Danger
// to life is not: there nobody shall read first.
func (c Catalogue) Shareable(code string) bool {
	category, known := c.Category(code)
	return known && category.Urgency != "u1" && !category.InHome && (category.PublicMatter || slices.Contains(c.JointRule().Also, code))
}

// Support is one household's voice for the ticket of another (附议). It is the supporter's alone: his name stands in no
// view but his own.
type Support struct {
	ID          int64 `gorm:"primaryKey"`
	TicketID    int64
	AuthorID    int64
	ClientID    string
	UnitID      int64 // the household whose voice it is; 0 while no residence is approved
	At          time.Time
	WithdrawnAt *time.Time
}

// TableName is the supports' table.
func (Support) TableName() string { return "ticket_supports" }

// Supporting is what a phone sends to support a ticket.
type Supporting struct {
	ClientID string `json:"client_id" format:"uuid"`
}

// SupportTakenBack names the support that is taken back by the id under which it was made, so that a message which waited
// offline takes back no later one. ClientID is the message's own and makes no difference.
type SupportTakenBack struct {
	ClientID string `json:"client_id" format:"uuid"`
	Support  string `json:"support" format:"uuid" doc:"client id of the support"`
}

// OfferedTo reports whether a may learn of t while he files the same, and support it: who lives in the estate, and has
// nothing to do with the party that must answer or had to. A protected matter is offered to approved residents only, and to
// nobody who works for any party: a resident who is also staff learns no more by living there (DECISIONS 2).
func (t Ticket) OfferedTo(a models.Actor, c Catalogue) bool {
	if !a.SignedIn() || !c.Shareable(t.Category) || a.AccountID == t.ReporterID || a.AccountID == t.AuthorID || !t.ToldTo(a) {
		return false
	}
	return slices.ContainsFunc(a.Homes, func(h models.Home) bool { return h.EstateID == t.EstateID && (h.Approved || !t.Protected) })
}

// Supportable reports whether a voice still changes something: the party has not said yet that it is done. What is suspended
// is not out of reach: ten households end that.
func (t Ticket) Supportable() bool {
	return t.State == Suspended || slices.Contains(beforeDone, t.State)
}

// VoiceOf is the household for which a speaks in an estate, 0 when no residence of his there is approved.
func VoiceOf(a models.Actor, estateID int64) int64 {
	for _, home := range a.Homes {
		if home.Approved && home.EstateID == estateID {
			return home.UnitID
		}
	}
	return 0
}

// Voices counts the households behind a ticket: each home once, and the reporter's as one of them, whoever of it supports.
func Voices(supporting, reporters []int64) int {
	homes := map[int64]bool{}
	for _, unit := range supporting {
		if unit != 0 && !slices.Contains(reporters, unit) {
			homes[unit] = true
		}
	}
	if len(reporters) > 0 {
		return len(homes) + 1
	}
	return len(homes)
}

// Band is how many households support a ticket, as coarse as others may know.
type Band string

// The bands.
const (
	BandFew  Band = "few"  // fewer than three, or none
	BandSome Band = "some" // three or more
	BandMany Band = "many" // as many as make a matter joint
)

// few is where "some" begins.
const few = 3

// BandOf is the band that people read. before counts every household that ever supported it before today began: it
// changes at midnight and never falls, so that nobody sees by it at what hour somebody spoke, or who took his voice back.
// Of a small place it is not told, because there a band is nearly a list of doors.
func (t Ticket) BandOf(before int, small bool, c Catalogue) Band {
	switch {
	case small && t.JointAt == nil:
		return ""
	case before >= c.JointRule().Households || t.JointAt != nil && t.JointWhy == JointByHouseholds:
		return BandMany
	case small:
		return ""
	case before >= few:
		return BandSome
	}
	return BandFew
}

// Offer is a ticket as it is offered to somebody who is about to file the same: public facts, and no words of anybody.
type Offer struct {
	TicketID          int64       `json:"ticket_id"`
	Category          string      `json:"category"`
	EstateName        string      `json:"estate_name"`
	BuildingName      string      `json:"building_name,omitempty"`
	FiledOn           models.Date `json:"filed_on"`
	State             State       `json:"state"`
	HandlingPartyName string      `json:"handling_party_name"`
	Supporters        Band        `json:"supporters,omitempty" enum:"few,some,many" doc:"how many households support it: under 3, 3 to 9, 10 or more; absent in a small building"`
	Joint             bool        `json:"joint"`
	ClientID          string      `json:"client_id,omitempty" doc:"of the asker's own support, where he supports it already"`
}

// Offers are the similar open tickets, the newest first.
type Offers struct {
	Items []Offer `json:"items"`
}

// MostOffers is how many are offered: who has to read more files his own.
const MostOffers = 3

// SupportedRow is a ticket in the list of what somebody supports.
type SupportedRow struct {
	Offer
	ResolveOn   models.Date `json:"resolve_on"`
	Overdue     bool        `json:"overdue"`
	SupportedOn models.Date `json:"supported_on"`
	Counts      bool        `json:"counts" doc:"the household has a voice; false while no residence is approved"`
	Withdrawn   bool        `json:"withdrawn"`
}

// SupportedPage is what somebody supports, the newest first.
type SupportedPage struct {
	Items []SupportedRow `json:"items"`
}

// SupportedView is what a supporter is told of a ticket: its steps by day, and the words of the party that answers.
type SupportedView struct {
	SupportedRow
	CommunityName string         `json:"community_name"`
	HandlingParty Party          `json:"handling_party"`
	JointMatter   *JointView     `json:"joint_matter,omitempty"`
	DoneResult    string         `json:"done_result,omitempty"`
	Timeline      []TimelineItem `json:"timeline"`
}

// OfferOf is k as it is offered.
func OfferOf(k Known, c Catalogue) Offer {
	t := k.Ticket
	return Offer{
		TicketID: t.ID, Category: t.Category, EstateName: k.EstateName, BuildingName: k.BuildingName, FiledOn: models.DateOf(t.FiledAt), State: t.State,
		HandlingPartyName: k.Party.Name, Supporters: t.BandOf(k.VoicesBefore, k.SmallPlace, c), Joint: t.JointAt != nil,
	}
}

// SupportedRowOf is k in the list of who supports it by s.
func SupportedRowOf(s Support, k Known, c Catalogue, now time.Time) SupportedRow {
	row := SupportedRow{
		Offer: OfferOf(k, c), ResolveOn: models.DateOf(k.Ticket.ResolveDue), Overdue: k.Ticket.Overdue(now), SupportedOn: models.DateOf(s.At),
		Counts: s.UnitID != 0, Withdrawn: s.WithdrawnAt != nil,
	}
	row.ClientID = s.ClientID
	return row
}

// told are the steps that a supporter is told, with what of their parameters he reads. What the reporter did is told by its
// result alone: that it came back, or is closed.
var told = map[Action][]string{
	File: nil, Dispatch: nil, Acknowledge: nil, Start: nil, Progress: nil, Done: {"closing"}, Confirm: nil, SendBack: nil, RelayConfirm: nil, Silence: nil, Withdraw: nil,
	Escalate: {"level", "why"}, ReturnGrant: nil, Redispatch: nil, ExtendGrant: {"due"}, Promise: {"day"}, PromiseRedate: {"day"}, Suspend: {"cause", "until"}, SuspendReview: {"until"}, SuspendClear: {"why", "due"}, PauseParts: {"until", "due"}, PauseDay: {"until", "due"}, Resume: {"due"}, Joint: {"why", "answer_due"}, JointAnswer: {"accepted"},
}

// SupportedViewOf is what who supports k by s is told of it. Whatever points at a person is hidden in everybody's words, and
// every step shows its day only.
func SupportedViewOf(s Support, k Known, c Catalogue, now time.Time) SupportedView {
	k.frozen = true
	v := viewer{part: PartObserver, own: k.own(), frozen: true}
	view := SupportedView{
		SupportedRow: SupportedRowOf(s, k, c, now), CommunityName: k.CommunityName, HandlingParty: k.Party, JointMatter: v.joint(k), Timeline: []TimelineItem{},
	}
	if n := len(k.Closings); n > 0 && k.Closings[n-1].CompleteAt != nil {
		view.DoneResult = v.ofParty(k.Ticket, 0, k.Closings[n-1].Result)
	}
	k.History = k.unheard()
	parties := k.partiesThen()
	for i, h := range k.History {
		params, tells := told[Action(h.Action)]
		if !tells {
			continue
		}
		item := TimelineItem{
			ID: int64(len(view.Timeline) + 1), Action: h.Action, On: models.DateOf(v.seen(k.Ticket, h.At)), ActorRole: models.System, PartyName: parties[i], FromState: h.From, ToState: h.To,
			Photos: []int64{}, Params: map[string]any{},
		}
		if !reporterSide(h) && Action(h.Action) != Withdraw && (h.ActorRole.Answers() || h.ActorRole.Oversees()) {
			item.ActorRole, item.Note = h.ActorRole, v.ofParty(k.Ticket, writerOf(h), h.Note)
			if writerOf(h) != 0 {
				item.ActorName = h.PartyName
			}
		}
		for _, name := range params {
			if value, ok := h.Data[name]; ok {
				item.Params[name] = value
			}
		}
		view.Timeline = append(view.Timeline, item)
	}
	return view
}

// ToldTo reports whether a supporter is still told of t: not once he works for the party that must answer or had to, nor of
// a protected matter once he works for any.
func (t Ticket) ToldTo(a models.Actor) bool {
	return t.ID != 0 && !a.WorksFor(t.HandlingPartyID) && !t.AnsweredBefore(a) && !(t.Protected && len(a.Parties) > 0)
}
