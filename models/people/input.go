package people

import "linli/models"

// Changes of one's own account; nil leaves a field as it is.
type Changes struct {
	Name   *string `json:"name,omitempty" maxLength:"80"`
	Locale *string `json:"locale,omitempty" maxLength:"10"`
}

// Ask is a person's request to be registered as living somewhere.
type Ask struct {
	UnitID   int64  `json:"unit_id" minimum:"1"`
	Relation string `json:"relation" enum:"owner,occupant"`
}

// FirstAdmin is what the person who sets the program up sends.
type FirstAdmin struct {
	Token    string `json:"token" maxLength:"100"`
	Phone    string `json:"phone" maxLength:"40"`
	Name     string `json:"name" maxLength:"80"`
	Password string `json:"password" maxLength:"256"`
}

// ByCode is a sign-in with the code of a text message.
type ByCode struct {
	RequestID, Code string
	Device          string
	Address         string // the caller's network address, for the limits
}

// ByPassword is a sign-in with phone number and password.
type ByPassword struct {
	Phone, Password string
	Device          string
	Address         string // the caller's network address, for the limits
}

// AppointmentFilter narrows the list of appointments. Q is part of a person's or a place's name, or a whole phone number. Before is the id
// after which the list goes on, 0 at the beginning.
type AppointmentFilter struct {
	Role      models.Role
	ScopeKind models.ScopeKind
	ScopeID   int64
	Q         string
	Before    int64
	Limit     int
}
