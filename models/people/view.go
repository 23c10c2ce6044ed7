package people

import (
	"time"

	"linli/models"
)

// AccountView is an account as its owner sees it.
type AccountView struct {
	ID           int64            `json:"id"`
	Name         string           `json:"name"`
	PhoneMasked  string           `json:"phone_masked"`
	Locale       string           `json:"locale"`
	HasPassword  bool             `json:"has_password"`
	SecondFactor SecondFactorView `json:"second_factor"`
	Memberships  []MembershipView `json:"memberships"`
	Home         *HomeView        `json:"home,omitempty"`
}

// MembershipView is a membership with the name of its scope.
type MembershipView struct {
	ID        int64                   `json:"id"`
	Role      models.Role             `json:"role"`
	Status    models.MembershipStatus `json:"status"`
	ScopeKind models.ScopeKind        `json:"scope_kind"`
	ScopeID   int64                   `json:"scope_id"`
	ScopeName string                  `json:"scope_name"`
	ValidFrom models.Date             `json:"valid_from"`
	ValidTo   models.Date             `json:"valid_to,omitempty"`
	Method    string                  `json:"method,omitempty"`
}

// View is m with the name of its scope.
func (m Membership) View(scopeName string) MembershipView {
	return MembershipView{
		ID: m.ID, Role: m.Role, Status: m.Status, ScopeKind: m.ScopeKind, ScopeID: m.ScopeID, ScopeName: scopeName,
		ValidFrom: m.ValidFrom, ValidTo: m.ValidTo, Method: m.Method,
	}
}

// HomeView is the place where a person lives, or looks after as a steward, first.
type HomeView struct {
	EstateID     int64  `json:"estate_id"`
	EstateName   string `json:"estate_name"`
	BuildingID   int64  `json:"building_id"`
	BuildingName string `json:"building_name"`
	EntranceName string `json:"entrance_name,omitempty"`
	UnitID       int64  `json:"unit_id,omitempty"`
	UnitName     string `json:"unit_name,omitempty"`
	Approved     bool   `json:"approved"`
}

// RequestView is a membership request as those see it who may decide it, and nobody else: the name in full, for it is
// compared with the owner roll, the number masked (FIELD B-j).
type RequestView struct {
	MembershipView
	Relation    string    `json:"relation"`
	AccountName string    `json:"account_name" doc:"empty where the person gave none"`
	PhoneMasked string    `json:"phone_masked"`
	AskedAt     time.Time `json:"asked_at"`
}

// AppointmentView is a membership as the centre sees it: the name in full, for it appoints people by name. Who has a
// second factor is told to admins only, who may have to take it away.
type AppointmentView struct {
	MembershipView
	AccountID    int64  `json:"account_id"`
	AccountName  string `json:"account_name"`
	PhoneMasked  string `json:"phone_masked"`
	SecondFactor bool   `json:"second_factor,omitempty"`
}

// AppointmentList is one page of them. Total is how many all pages hold; it stands with the first page only.
type AppointmentList struct {
	Items []AppointmentView `json:"items"`
	Next  string            `json:"next,omitempty"`
	Total *int64            `json:"total,omitempty" doc:"of all pages; with the first page only"`
}

// SessionView is one signed-in device.
type SessionView struct {
	ID         int64     `json:"id"`
	Device     string    `json:"device"`
	CreatedAt  time.Time `json:"created_at"`
	LastSeenAt time.Time `json:"last_seen_at"`
	Current    bool      `json:"current"`
}

// CodeView is the answer to a request for a sign-in code. It is the same for every phone number. Times are seconds.
type CodeView struct {
	RequestID   string `json:"request_id"`
	ExpiresIn   int    `json:"expires_in"`
	ResendAfter int    `json:"resend_after"`
}

// SetupView says whether the program still waits for its first admin.
type SetupView struct {
	NeedsSetup bool   `json:"needs_setup"`
	Demo       bool   `json:"demo"`
	CountyName string `json:"county_name"`
}

// SignedIn is what a successful sign-in or refresh gives to the API. RefreshToken never leaves in a body. Where
// Challenge is set nobody is signed in yet, and everything else is empty: the second factor is still to come.
type SignedIn struct {
	Challenge    *Challenge
	SessionID    int64
	Generation   int64 // how often the refresh token has been replaced
	RefreshToken string
	RefreshUntil time.Time
	Roles        []models.Role
	Account      AccountView
}

// Access is what the access token beside the refresh token names.
func (s SignedIn) Access() models.Access {
	return models.Access{AccountID: s.Account.ID, SessionID: s.SessionID, Generation: s.Generation}
}
