package photo

import (
	"time"

	"linli/models"
)

// View is a photo as the API tells of it. Neither hashes nor minutes nor whose photo it repeats ever leave.
type View struct {
	ID          int64  `json:"id"`
	ClientID    string `json:"client_id,omitempty"`
	Kind        Kind   `json:"kind"`
	Status      Status `json:"status"`
	Width       int    `json:"width,omitempty"`
	Height      int    `json:"height,omitempty"`
	RefuseCode  string `json:"refuse_code,omitempty"`
	ExactRepeat bool   `json:"exact_repeat,omitempty"`
	At          string `json:"at"` // a time, or only the day where the exact time would tell who filed
}

// Look is how much of a photo a viewer is shown.
type Look struct {
	Own     bool // the viewer's own photo: with the id that the viewer's phone gave it
	DayOnly bool // the viewer may not know who filed: the day instead of the time (DECISIONS 2)
	Repeats bool // the viewer judges evidence: with the mark of a repeat
}

// ViewOf shows p. At is when the record listed the photo, so that it does not move when the bytes come late.
func ViewOf(p Photo, look Look) View {
	v := View{
		ID: p.ID, Kind: p.Kind, Status: p.Status, Width: p.Width, Height: p.Height, RefuseCode: p.RefuseCode,
		At: p.ListedAt.UTC().Format(time.RFC3339Nano),
	}
	if look.Own {
		v.ClientID = p.ClientID
	}
	if look.DayOnly {
		v.At = string(models.DateOf(p.ListedAt))
	}
	if look.Repeats {
		v.ExactRepeat = p.ExactRepeatOf != 0
	}
	return v
}
