// Package people says who an account is, what it may be appointed to, and who decides about a membership.
package people

import (
	"time"

	"linli/models"
)

// Account is one person's sign-in. Phone is the mainland mobile number, eleven digits.
type Account struct {
	ID           int64 `gorm:"primaryKey"`
	Phone        string
	Name         string
	PasswordHash string
	Locale       string
	Demo         bool
	DisabledAt   *time.Time
	CreatedAt    time.Time `gorm:"autoCreateTime:false"`
	UpdatedAt    time.Time `gorm:"autoUpdateTime:false"`
}

// Membership is account × role × scope × dates (FIELD B-a).
type Membership struct {
	ID         int64 `gorm:"primaryKey"`
	AccountID  int64
	Role       models.Role
	ScopeKind  models.ScopeKind
	ScopeID    int64
	Relation   string // "owner" or "occupant" of a resident, else empty
	Status     models.MembershipStatus
	Method     string // how it was verified: owner_roll, visit, household_code, appointment, other
	ValidFrom  models.Date
	ValidTo    models.Date
	AskedAt    time.Time
	DecidedAt  *time.Time
	DecidedBy  int64
	RecordedAt time.Time
}
