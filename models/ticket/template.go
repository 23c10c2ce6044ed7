package ticket

import (
	"fmt"
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

// TemplateField is what a template leaves open, between braces, by either of its names.
type TemplateField struct {
	Name  string `json:"name"`
	Words Words  `json:"words" doc:"the Chinese name may stand between the braces, too"`
}

// templateFields are all that there are. Whoever reads the reply knows each of them already, but for the writer's own name, which the
// writer sees before he sends it. Nothing of who filed is among them: what does not exist cannot slip into a reply.
var templateFields = []TemplateField{
	{"number", Words{"工单号", "ticket number"}},
	{"category", Words{"类别", "category"}},
	{"estate", Words{"小区", "estate"}},
	{"deadline", Words{"时限", "deadline"}},
	{"party", Words{"单位", "handling party"}},
	{"staff", Words{"经办人", "your name"}},
}

// TemplateBlank stands where a ticket has no such thing, to be filled in by hand.
const TemplateBlank = "＿＿"

// FillTemplate puts values into a template: {name} or {中文名} is the value of that field, {{ and }} are braces, and the wide braces
// of Chinese keyboards count as braces. A field without a value becomes TemplateBlank and stands in missing, once. A field that
// nobody knows is template.unknown_field, a brace without its other one template.bad_braces.
func FillTemplate(text string, values map[string]string) (filled string, missing []string, err error) {
	var out strings.Builder
	letters := []rune(strings.NewReplacer("｛", "{", "｝", "}").Replace(text))
	for i := 0; i < len(letters); i++ {
		letter := letters[i]
		switch {
		case letter != '{' && letter != '}':
			out.WriteRune(letter)
		case i+1 < len(letters) && letters[i+1] == letter:
			out.WriteRune(letter)
			i++
		case letter == '}':
			return "", nil, models.RefuseField("template.bad_braces", "text")
		default:
			length := slices.IndexFunc(letters[i+1:], func(r rune) bool { return r == '{' || r == '}' })
			if length < 0 || letters[i+1+length] == '{' {
				return "", nil, models.RefuseField("template.bad_braces", "text")
			}
			name := strings.TrimSpace(string(letters[i+1 : i+1+length]))
			at := slices.IndexFunc(templateFields, func(f TemplateField) bool { return name == f.Name || name == f.Words.Zh })
			if at < 0 {
				return "", nil, models.RefuseField("template.unknown_field", "text").With("name", shortName(name))
			}
			field := templateFields[at].Name
			value := values[field]
			if value == "" {
				value = TemplateBlank
				if !slices.Contains(missing, field) {
					missing = append(missing, field)
				}
			}
			out.WriteString(value)
			i += length + 1
		}
	}
	return out.String(), missing, nil
}

// shortName is a name as a refusal repeats it.
func shortName(name string) string {
	if letters := []rune(name); len(letters) > 20 {
		return string(letters[:20]) + "…"
	}
	return name
}

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
	ChangedAt       time.Time
	ChangedBy       int64
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

// Check returns the words trimmed, or says what is wrong with them; posted is the party's own number, which may be named. No other
// number, and no name of a person, is kept in a template: many would send it.
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
	if !a.WorksFor(partyID) {
		return false
	}
	employed := false
	for _, h := range a.Held {
		if h.Approved && h.ScopeKind == models.ScopeHandlingParty && h.ScopeID == partyID {
			if h.Role != models.OperatorStaff {
				return true
			}
			employed = true
		}
	}
	return !employed
}

// Written is a new template, of words that were checked.
func (w TemplateWriting) Written(a models.Actor, now time.Time) ReplyTemplate {
	t := ReplyTemplate{AuthorID: a.AccountID, ClientID: w.ClientID, HandlingPartyID: w.HandlingPartyID, Version: 1}
	return t.with(w.TemplateWords, a, now)
}

func (t ReplyTemplate) with(w TemplateWords, a models.Actor, now time.Time) ReplyTemplate {
	t.Title, t.Text, t.Category, t.State, t.Use = w.Title, w.Text, w.Category, w.State, w.Use
	t.ChangedAt, t.ChangedBy = models.UTC(now), a.AccountID
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

// Change is the template with other words, which were checked.
func (t ReplyTemplate) Change(a models.Actor, w TemplateChange, now time.Time) (ReplyTemplate, error) {
	if err := t.mayStep(a, w.Version); err != nil {
		return t, err
	}
	if t.RemovedAt != nil {
		return t, models.Refuse(models.Conflict, "template.removed")
	}
	return t.with(w.TemplateWords, a, now), nil
}

// Remove is the template removed at now.
func (t ReplyTemplate) Remove(a models.Actor, w TemplateRemoval, now time.Time) (ReplyTemplate, error) {
	if err := t.mayStep(a, w.Version); err != nil {
		return t, err
	}
	if t.RemovedAt != nil {
		return t, models.Refuse(models.Conflict, "template.removed")
	}
	at := models.UTC(now)
	t.RemovedAt, t.ChangedAt, t.ChangedBy = &at, at, a.AccountID
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

// Restore is the template as it was before it was removed.
func (t ReplyTemplate) Restore(a models.Actor, w TemplateRemoval, now time.Time) (ReplyTemplate, error) {
	if err := t.mayStep(a, w.Version); err != nil {
		return t, err
	}
	if t.undoUntil(now) == nil {
		return t, models.Refuse(models.Conflict, "template.undo_too_late").With("minutes", int(templateUndo/time.Minute))
	}
	t.RemovedAt, t.ChangedAt, t.ChangedBy = nil, models.UTC(now), a.AccountID
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

// FilledTemplate is a template filled in for one ticket. It is offered to who writes; he sends it, or not, and in his words.
type FilledTemplate struct {
	ID      int64           `json:"id"`
	Title   string          `json:"title"`
	Text    string          `json:"text"`
	Use     TemplateUse     `json:"use,omitempty" enum:"reply,progress,done,contact" doc:"none: reply, progress and done"`
	Missing []TemplateField `json:"missing" doc:"what this ticket has not: it stands as a blank in the text"`
}

// FilledTemplates are those that fit one ticket, the closest first.
type FilledTemplates struct {
	Items   []FilledTemplate `json:"items"`
	MayKeep bool             `json:"may_keep" doc:"whether the reader writes and removes his party's templates"`
}

// FillFor fills the templates of the ticket's party that fit it, from what its handler reads of it himself; staff is his own name.
func FillFor(list []ReplyTemplate, view View, c Catalogue, staff string, now time.Time) (filled []FilledTemplate) {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(x, y ReplyTemplate) int { return y.closeness() - x.closeness() })
	for _, t := range list {
		if !t.Fits(view.Category, view.State) {
			continue
		}
		text, missing, err := FillTemplate(t.Text, templateValues(view, c, staff, chinese(t.Text), now))
		if err != nil {
			continue // of an older program, with a field that there was
		}
		one := FilledTemplate{ID: t.ID, Title: t.Title, Text: text, Use: t.Use, Missing: []TemplateField{}}
		for _, field := range templateFields {
			if slices.Contains(missing, field.Name) {
				one.Missing = append(one.Missing, field)
			}
		}
		filled = append(filled, one)
	}
	return filled
}

// templateValues are what the fields mean for one ticket. A deadline that has passed or does not run is none: nobody shall promise it.
func templateValues(view View, c Catalogue, staff string, inChinese bool, now time.Time) map[string]string {
	locale := "en"
	if inChinese {
		locale = "zh-CN"
	}
	category, _ := c.Category(view.Category)
	values := map[string]string{
		"number": view.Number, "category": category.Name.In(locale), "estate": view.EstateName, "party": view.HandlingParty.Name, "staff": staff,
	}
	if view.ResolveDue.After(now) && view.State != Suspended && view.State != DonePendingConfirm {
		values["deadline"] = templateMoment(view.ResolveDue, inChinese)
	}
	return values
}

// templateMoment is a moment as people write it in a reply, on the clocks of Asia/Shanghai. Midnight ends the day before.
func templateMoment(at time.Time, inChinese bool) string {
	at = at.In(models.Shanghai)
	if at.Hour() == 0 && at.Minute() == 0 {
		at = at.Add(-time.Minute)
	}
	if inChinese {
		return fmt.Sprintf("%d月%d日%02d:%02d", int(at.Month()), at.Day(), at.Hour(), at.Minute())
	}
	return at.Format("2 January, 15:04")
}

// chinese reports whether a template is written in Chinese, but for the names of its fields.
func chinese(text string) bool {
	plain, _, _ := FillTemplate(text, nil)
	return strings.ContainsFunc(plain, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// ReplyTemplateView is a template as those of its party read it.
type ReplyTemplateView struct {
	ID              int64       `json:"id"`
	HandlingPartyID int64       `json:"handling_party_id"`
	Title           string      `json:"title"`
	Text            string      `json:"text"`
	Example         string      `json:"example" doc:"the text with made-up values"`
	Category        string      `json:"category,omitempty" doc:"none: any"`
	State           State       `json:"state,omitempty" doc:"none: any"`
	Use             TemplateUse `json:"use,omitempty" enum:"reply,progress,done,contact" doc:"none: reply, progress and done"`
	MayKeep         bool        `json:"may_keep" doc:"whether the reader may change it"`
	UndoUntil       *time.Time  `json:"undo_until,omitempty" doc:"it was removed; until then that can be taken back"`
	Version         int64       `json:"version"`
}

// ViewTemplate is the template as a reads it at now.
func ViewTemplate(a models.Actor, t ReplyTemplate, now time.Time) ReplyTemplateView {
	return ReplyTemplateView{
		ID: t.ID, HandlingPartyID: t.HandlingPartyID, Title: t.Title, Text: t.Text, Example: exampleOf(t.Text), Category: t.Category, State: t.State, Use: t.Use,
		MayKeep: MayKeepTemplates(a, t.HandlingPartyID), UndoUntil: t.undoUntil(now), Version: t.Version,
	}
}

// exampleOf is how a text reads with made-up values.
func exampleOf(text string) string {
	values := map[string]string{"number": "20260902-001-0017-3", "category": "楼道灯不亮", "estate": "和谐花园", "deadline": "9月5日18:00", "party": "某某物业", "staff": "小王"}
	if !chinese(text) {
		values = map[string]string{"number": "20260902-001-0017-3", "category": "Stair light out", "estate": "Harmony Garden", "deadline": "5 September, 18:00", "party": "the operator", "staff": "Wang"}
	}
	filled, _, _ := FillTemplate(text, values)
	return filled
}

// TemplateParty is a party whose templates somebody reads.
type TemplateParty struct {
	ID      int64  `json:"id"`
	Name    string `json:"name"`
	MayKeep bool   `json:"may_keep"`
}

// TemplatePage is what people of a party read of its templates.
type TemplatePage struct {
	Items    []ReplyTemplateView `json:"items"`
	Parties  []TemplateParty     `json:"parties" doc:"those for which the reader works"`
	Bounds   TemplateBounds      `json:"bounds"`
	Examples []TemplateExample   `json:"examples" doc:"to begin with; nobody has them until he takes them over"`
}

// TemplateBounds are the bounds within which one is written, for who writes it.
type TemplateBounds struct {
	Templates     int             `json:"templates" doc:"how many a party keeps"`
	TitleLetters  int             `json:"title_letters"`
	TextLetters   int             `json:"text_letters"`
	ReasonLetters int             `json:"reason_letters" doc:"of the text of one whose use is contact"`
	Fields        []TemplateField `json:"fields"`
	States        []State         `json:"states"`
}

// BoundsOfTemplates are those that stand in this file.
func BoundsOfTemplates() TemplateBounds {
	return TemplateBounds{
		Templates: MostReplyTemplates, TitleLetters: templateTitle, TextLetters: templateText, ReasonLetters: templateReason,
		Fields: slices.Clone(templateFields), States: slices.Clone(templateStates),
	}
}

// TemplateExample is a template to begin with.
type TemplateExample struct {
	Title    Words       `json:"title"`
	Text     Words       `json:"text"`
	Category string      `json:"category,omitempty"`
	State    State       `json:"state,omitempty"`
	Use      TemplateUse `json:"use,omitempty"`
}

// ExampleTemplates are a handful to begin with: each says who comes, when, or what was done, as an answer must.
func ExampleTemplates() []TemplateExample {
	return []TemplateExample{
		{
			Title: Words{"第一次回复：约上门", "First reply: a visit"},
			Text: Words{"您好，{小区}的“{类别}”我们已经收到，由{经办人}负责。今天＿＿点前上门查看，{时限}前办好，有变化会在这里告诉您。",
				"Hello, we have your report about “{category}” at {estate}. {staff} is in charge, will come and look before __ o'clock today, and it will be solved by {deadline}. If anything changes, we say so here."},
			State: Acknowledged, Use: TemplateReply,
		},
		{
			Title: Words{"改上门时间", "Another time for the visit"},
			Text: Words{"您好，{工单号} 约好的时间来不了，因为＿＿。改到＿＿月＿＿日＿＿点上门，{时限}前办好，给您添麻烦了。",
				"About {number}: we cannot come at the agreed time, because __. We come on __ at __ o'clock instead, and it will be solved by {deadline}. Sorry for the trouble."},
			Use: TemplateReply,
		},
		{
			Title: Words{"进展：等配件", "Progress: waiting for parts"},
			Text: Words{"已现场查看，需要更换＿＿，配件已订，预计＿＿月＿＿日到货，到货当天安装。",
				"We have looked on site; __ must be replaced. The part is ordered and expected on __; it will be fitted the same day."},
			Use: TemplateProgress,
		},
		{
			Title: Words{"办结：已修好", "Done: repaired"},
			Text: Words{"已更换＿＿，现场试过，一切正常。照片附后，如果还有问题请直接退回。",
				"__ was replaced and tried on site; it works. A photo is attached. If it is not solved, please send it back."},
			Use: TemplateDone,
		},
		{
			Title: Words{"办结：垃圾已清运", "Done: rubbish collected"},
			Text: Words{"今天已清运并冲洗地面，以后每天＿＿点前清一次。照片附后。",
				"It was collected and the ground washed today; from now on it is emptied every day before __ o'clock. A photo is attached."},
			Category: "CLN-01", Use: TemplateDone,
		},
		{
			Title: Words{"退回后再办", "Sent back, on it again"},
			Text: Words{"您退回的 {工单号} 我们又看了一遍，上次没有解决的是＿＿。这次由{经办人}负责到底，{时限}前办好。",
				"We have looked again at {number}, which you sent back: what was not solved is __. {staff} sees to it now, and it will be solved by {deadline}."},
			State: Reopened, Use: TemplateReply,
		},
		{
			Title: Words{"看联系方式的理由", "Why the contact is needed"},
			Text:  Words{"约上门维修的时间", "to agree on a time for the repair"},
			Use:   TemplateContact,
		},
	}
}

// TemplatesRemovedSince is from when on a removal can still be taken back at now.
func TemplatesRemovedSince(now time.Time) time.Time { return now.Add(-templateUndo) }
