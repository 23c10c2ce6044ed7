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
	Party         Party
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
	History       []HistoryLine
	Unread        int64
	PhotoID       int64 // the picture of the card
	frozen        bool  // read for Frozen
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
}
