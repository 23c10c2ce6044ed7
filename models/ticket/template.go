package ticket

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"linli/models"
)

// The bounds of a party's reply templates.
const (
	// MostReplyTemplates is how many a party keeps at once.
	MostReplyTemplates = 60
	templateTitle      = 30
	templateText       = 500
	templateReason     = 120 // of the reason of a look at a contact, which is short itself
	templateUndo       = 10 * time.Minute
)

// TemplateUse is what a reply template is for; empty is any of the first three.
type TemplateUse string

// The uses: a line to the reporter, how the work goes, what was done, and why his contact is looked at.
const (
	TemplateReply    TemplateUse = "reply"
	TemplateProgress TemplateUse = "progress"
	TemplateDone     TemplateUse = "done"
	TemplateContact  TemplateUse = "contact"
)

var templateUses = []TemplateUse{"", TemplateReply, TemplateProgress, TemplateDone, TemplateContact}

// templateStates are those in which a party writes to its reporter.
var templateStates = []State{Dispatched, Acknowledged, Contacted, InProgress, Paused, Suspended, Reopened, DonePendingConfirm}

// ReplyTemplate is what a party's people write again and again (回复模板), with open fields. It changes no ticket and sends nothing.
type ReplyTemplate struct {
	ID              int64 `gorm:"primaryKey"`
	AuthorID        int64
	ClientID        string
	ContentHash     string
	HandlingPartyID int64
	Title           string
	Text            string
	Category        string      // none: any
	State           State       // none: any
	Use             TemplateUse `gorm:"column:used_for"`
	RemovedAt       *time.Time
	Version         int64
}

// TableName is the reply templates' table.
func (ReplyTemplate) TableName() string { return "reply_templates" }

// TemplateWords are the words of a template, and where it fits.
type TemplateWords struct {
	Title    string      `json:"title" maxLength:"200"`
	Text     string      `json:"text" maxLength:"2000"`
	Category string      `json:"category,omitempty" maxLength:"16" doc:"none: any"`
	State    State       `json:"state,omitempty" enum:"dispatched,acknowledged,contacted,in_progress,paused,suspended,reopened,done_pending_confirm" doc:"none: any"`
	Use      TemplateUse `json:"use,omitempty" enum:"reply,progress,done,contact" doc:"none: reply, progress and done"`
}

// TemplateWriting is the wish to keep a new template.
type TemplateWriting struct {
	ClientID        string `json:"client_id" format:"uuid"`
	HandlingPartyID int64  `json:"handling_party_id" minimum:"1"`
	TemplateWords
}

// TemplateChange is the wish to write a template anew.
type TemplateChange struct {
	Version int64 `json:"version" minimum:"1"`
	TemplateWords
}

// TemplateRemoval is the wish to remove a template, or to take that back.
type TemplateRemoval struct {
	Version int64 `json:"version" minimum:"1"`
}

// Check returns the words trimmed, or says what is wrong with them; posted is the party's own number, which may be named. Many would
// send a template, so no other number is kept in one, no id of a messenger, no mail address, and nothing with which a person
// introduces himself by his name or flat. Who is merely mentioned (师傅张建国) is not found out: no rule tells a name from other words.
func (w TemplateWords) Check(c Catalogue, posted string) (TemplateWords, error) {
	var err error
	if w.Title, err = CheckText(strings.Join(strings.FieldsFunc(w.Title, unicode.IsSpace), " "), "title", true, templateTitle); err != nil {
		return w, err
	}
	limit := templateText
	if w.Use == TemplateContact {
		limit = templateReason
	}
	if w.Text, err = CheckText(w.Text, "text", true, limit); err != nil {
		return w, err
	}
	plain, _, err := FillTemplate(w.Text, nil)
	if err != nil {
		return w, err
	}
	if _, known := c.Category(w.Category); w.Category != "" && !known {
		return w, models.RefuseField("ticket.unknown_category", "category")
	}
	if w.State != "" && !slices.Contains(templateStates, w.State) {
		return w, models.RefuseField("template.unknown_state", "state")
	}
	if !slices.Contains(templateUses, w.Use) {
		return w, models.RefuseField("template.unknown_use", "use")
	}
	for field, words := range map[string]string{"title": w.Title, "text": plain} {
		if _, found := models.HideContacts(words, models.Own{Public: []string{posted}}); found {
			return w, models.RefuseField("template.points_at_somebody", field)
		}
	}
	return w, nil
}

// MayKeepTemplates reports whether a writes and removes templates of a party: whoever works for it, but for the staff of an operator,
// whose manager does it for them.
func MayKeepTemplates(a models.Actor, partyID int64) bool {
	holds := func(role models.Role) bool { return a.HasFor(role, models.ScopeHandlingParty, partyID) }
	return a.WorksFor(partyID) && (holds(models.OperatorManager) || !holds(models.OperatorStaff))
}

// MayFillTemplates reports whether a is offered the templates of the party that answers a ticket, filled in, which he reads as view:
// whoever works for it, also if he filed it for somebody else, but not in his own matter.
func MayFillTemplates(a models.Actor, view View) bool {
	return a.WorksFor(view.HandlingParty.ID) && view.You != PartReporter
}

// Written is a new template, of words that were checked.
func (w TemplateWriting) Written(a models.Actor) ReplyTemplate {
	t := ReplyTemplate{AuthorID: a.AccountID, ClientID: w.ClientID, HandlingPartyID: w.HandlingPartyID, Version: 1}
	return t.With(w.TemplateWords)
}

// With is the template with other words, which were checked. Who may write them is MayChange.
func (t ReplyTemplate) With(w TemplateWords) ReplyTemplate {
	t.Title, t.Text, t.Category, t.State, t.Use = w.Title, w.Text, w.Category, w.State, w.Use
	return t
}

func (t ReplyTemplate) mayStep(a models.Actor, version int64) error {
	switch {
	case !MayKeepTemplates(a, t.HandlingPartyID):
		return models.Refuse(models.Denied, "template.not_yours")
	case t.Version != version:
		return models.Refuse(models.Conflict, "template.changed_meanwhile")
	}
	return nil
}

// MayChange refuses a who may not write the template anew, or remove it, as he saw it in that version. It is asked before the words
// are looked at: what is not his is said first.
func (t ReplyTemplate) MayChange(a models.Actor, version int64) error {
	err := t.mayStep(a, version)
	if err == nil && t.RemovedAt != nil {
		err = models.Refuse(models.Conflict, "template.removed")
	}
	return err
}

// Remove is the template removed at now.
func (t ReplyTemplate) Remove(a models.Actor, w TemplateRemoval, now time.Time) (ReplyTemplate, error) {
	if err := t.MayChange(a, w.Version); err != nil {
		return t, err
	}
	at := models.UTC(now)
	t.RemovedAt = &at
	return t, nil
}

// undoUntil is until when a removal can be taken back; nil where there is none to take back.
func (t ReplyTemplate) undoUntil(now time.Time) *time.Time {
	if t.RemovedAt == nil {
		return nil
	}
	until := t.RemovedAt.Add(templateUndo)
	if !now.Before(until) {
		return nil
	}
	return &until
}

// TemplatesRemovedSince is from when on a removal can still be taken back at now.
func TemplatesRemovedSince(now time.Time) time.Time { return now.Add(-templateUndo) }

// Restore is the template as it was before it was removed.
func (t ReplyTemplate) Restore(a models.Actor, w TemplateRemoval, now time.Time) (ReplyTemplate, error) {
	if err := t.mayStep(a, w.Version); err != nil {
		return t, err
	}
	if t.undoUntil(now) == nil {
		return t, models.Refuse(models.Conflict, "template.undo_too_late").With("minutes", int(templateUndo/time.Minute))
	}
	t.RemovedAt = nil
	return t, nil
}

// TooManyTemplates is the refusal of one more than a party keeps.
func TooManyTemplates() error {
	return models.Refuse(models.Conflict, "template.too_many").With("n", MostReplyTemplates)
}

// Fits reports whether the template is for a ticket of this category in this state.
func (t ReplyTemplate) Fits(category string, state State) bool {
	return t.RemovedAt == nil && (t.Category == "" || t.Category == category) && (t.State == "" || t.State == state)
}

// closeness is how closely the template fits: those that name more come first.
func (t ReplyTemplate) closeness() (n int) {
	for _, named := range []bool{t.Category != "", t.State != ""} {
		if named {
			n++
		}
	}
	return n
}
