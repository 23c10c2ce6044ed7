package ticket

import (
	"time"

	"linli/models"
)

// Known is everything about one ticket that storage has read. It never leaves the program: ViewFor and RowFor make of it
// what one viewer may see.
type Known struct {
	Ticket        Ticket
	EstateName    string
	BuildingName  string
	EntranceName  string
	UnitName      string
	CommunityName string
	SmallBuilding bool
	SmallPlace    bool // the building, or where none is named the estate, has so few homes that people can be guessed
	Party         Party
	PartyNames    map[int64]string // of every party that a line or a message names
	ReporterName  string
	ReporterPhone string
	Own           models.Own // what in a text would point at the people behind it
	QueryCode     string
	Receipt       *Receipt
	Photos        []KnownPhoto
	Messages      []Message
	Closings      []Closing
	Ratings       []Rating
	Return        *ReturnView
	Extension     *ExtensionView
	ExtensionDays ExtensionDays
	Suspension    *Suspending // the newest
	// SuspensionRules are those in force, where there is a suspension.
	SuspensionRules SuspensionRules
	Promise         *Promising // the newest
	PromiseRules    PromiseRules
	Cause           *CauseCase // to which it belongs, in words as who asked reads them
	CauseOwner      string     // who must answer for that
	PartsDays       PauseDays  // that the party may wait for parts
	Duty            []Duty     // who has duty at the party now, for urgent matters
	VoicesBefore    int        // households that ever supported it, until the day began
	Voices          int        // households that stand behind it now, the reporter's among them
	History         []HistoryLine
	Unread          int64
	PhotoID         int64 // the picture of the card
	frozen          bool  // read for Frozen
}

// Party is who must answer, as everybody may know.
type Party struct {
	ID      int64  `json:"id"`
	Kind    string `json:"kind"`
	Name    string `json:"name"`
	Phone24 string `json:"phone24"`
}

// KnownPhoto is a photo of the ticket, its messages, closings or send-backs.
type KnownPhoto struct {
	ID          int64
	ClientID    string
	AuthorID    int64
	Noun        string
	NounID      int64
	Kind        string
	Status      string
	RefuseCode  string
	Width       int
	Height      int
	ExactRepeat bool
	ListedAt    time.Time
}

// HistoryLine is one line of the ledger about the ticket.
type HistoryLine struct {
	ID        int64
	Action    string
	ActorID   int64
	ActorRole models.Role
	From, To  string
	Note      string
	Data      map[string]any
	At        time.Time
	PartyID   int64
	PartyName string
	unheard   bool // an office's line, told as the reporter's
}

// ForCallback and ForOfficeCall mark a look at the number by an office, in the data of its line: by who calls the reporter back, and by
// who calls him before there is a result.
const (
	ForCallback   = "callback"
	ForOfficeCall = "office_call"
)

// asUnheard is the line as those read it who must not learn that an office looked at the number, or called the reporter back: his own answer, or nothing at all. Where
// he has no account he answers nothing himself: there it is told as an office's word for him, as on the ticket's page.
func (h HistoryLine) asUnheard(t Ticket) (line HistoryLine, told bool) {
	switch Action(h.Action) {
	case CalledBack:
		return h, false
	case ContactView:
		return h, h.words("for") == ""
	case CallbackConfirm:
		h.Action = string(Confirm)
	case Reopen:
		h.Action = string(SendBack)
	default:
		return h, true
	}
	h.ActorID = 0
	if t.ReporterID != 0 {
		h.ActorRole, h.unheard = models.Resident, true
	}
	return h, true
}

// unheard is the history without callbacks.
func (k Known) unheard() (told []HistoryLine) {
	for _, h := range k.History {
		if line, tells := h.asUnheard(k.Ticket); tells {
			told = append(told, line)
		}
	}
	return told
}

// partiesThen names for each line of the history the party that had to answer when it was written: what was is not told
// anew in the name of whoever answers now.
func (k Known) partiesThen() []string {
	names := make([]string, len(k.History))
	then := ""
	for i, h := range k.History {
		if h.PartyID != 0 {
			then = h.PartyName
		}
		names[i] = then
	}
	for i := len(names) - 1; i >= 0; i-- { // lines before the first dispatch
		if names[i] == "" {
			names[i] = then
		}
		then = names[i]
	}
	return names
}

// writer is the name of the party for which a line of the thread was written.
func (k Known) writer(m Message) string {
	if name := k.PartyNames[m.HandlingPartyID]; name != "" {
		return name
	}
	return k.Party.Name
}
