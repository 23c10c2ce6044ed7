// Package photo says what a photo of a record is: a line of the record's manifest first, its bytes later (DECISIONS 8).
package photo

import "time"

// Kind is what a photo shows within its record.
type Kind string

// The kinds of photo.
const (
	Before  Kind = "before"  // what was reported
	After   Kind = "after"   // the proof of a repair
	Message Kind = "message" // part of a relay message or of a send-back
)

// Status is how far a listed photo has come.
type Status string

// A photo is expected until its bytes are stored or refused for good.
const (
	Expected Status = "expected"
	Stored   Status = "stored"
	Refused  Status = "refused"
)

// Claim is one line of the manifest that a record brings along: which photo will follow, and what its bytes will be.
type Claim struct {
	ClientID string `json:"client_id"`
	SHA256   string `json:"sha256"` // of the bytes that the phone will send, lower-case hex
	Kind     Kind   `json:"kind"`
	Bytes    int64  `json:"bytes"`
	// Told is what the phone read from the photo's metadata before it took them away.
	Told *Told `json:"claims,omitempty"`
}

// Told is what a phone says about a photo whose metadata it has removed: a claim, never a measurement (DECISIONS 9).
type Told struct {
	MinutesAgo *int64 `json:"taken_minutes_ago,omitempty"`
	Camera     *bool  `json:"camera,omitempty"`
}

// Photo is a row of the photos table. Noun and NounID name the record that lists it ("ticket", "ticket_message",
// "ticket_closing", "rating"); TicketID is the ticket by whose rule it is served.
type Photo struct {
	ID           int64 `gorm:"primaryKey"`
	AuthorID     int64
	ClientID     string
	TicketID     int64
	Noun         string
	NounID       int64
	Kind         Kind
	Position     int
	ClientSHA256 string `gorm:"column:client_sha256"`
	ClientBytes  int64
	Status       Status
	RefuseCode   string
	StoredSHA256 string `gorm:"column:stored_sha256"` // of the 1600 px rendering: the blob's name
	ThumbSHA256  string `gorm:"column:thumb_sha256"`  // of the 320 px rendering
	Width        int
	Height       int
	Bytes        int64
	DHash        int64 `gorm:"column:dhash"`
	// What the phone told, and what the server found itself where the bytes still had metadata. Minutes lie between
	// the taking of the photo and its receipt; they are negative when the camera's clock ran ahead.
	ClaimedMinutes *int64
	ClaimedCamera  *bool
	DerivedMinutes *int64
	DerivedCamera  *bool
	DerivedGPS     *bool `gorm:"column:derived_gps"`
	ExactRepeatOf  int64 // the first stored photo with the same bytes, 0 if this is the first: evidence, never a refusal
	ListedAt       time.Time
	StoredAt       *time.Time
}
