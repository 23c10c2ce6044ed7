package ticket

import (
	"strings"
	"time"
	"unicode/utf8"

	"linli/models"
)

// Outcome is what became of a closing.
type Outcome string

// A closing is pending until the reporter, somebody for him, or silence answers it.
const (
	OutcomePending   Outcome = "pending"
	OutcomeConfirmed Outcome = "confirmed"
	OutcomeSentBack  Outcome = "sent_back"
	OutcomeSilent    Outcome = "silent"
	// OutcomeRelayed is what who filed for a neighbour says that he said. It is worth what silence is worth.
	OutcomeRelayed Outcome = "relayed"
	// OutcomeSuperseded marks a "done" whose photos never came before the handler said it again.
	OutcomeSuperseded Outcome = "superseded"
)

// Closing is one time that the handler said "done".
type Closing struct {
	ID              int64 `gorm:"primaryKey"`
	TicketID        int64
	Closing         int64
	AuthorID        int64
	ClientID        string
	ContentHash     string
	HandlingPartyID int64
	Result          string
	NoPhotoReason   string
	Evidence        string // none, weak, normal, strong
	SaidAt          time.Time
	CompleteAt      *time.Time // when its evidence was there: this is when it counts as done
	Outcome         Outcome
	AnsweredAt      *time.Time
}

// TableName is the closings' table.
func (Closing) TableName() string { return "ticket_closings" }

// Proof checks what a "done" brings along: words always, and for a repair an after-photo or the reason why there is none
// (B-b.1 no. 11). It returns the trimmed words.
func Proof(kind Kind, result, noPhotoReason string, afterPhotos, limit int) (string, string, error) {
	result, err := CheckText(result, "result", true, limit)
	if err != nil {
		return "", "", err
	}
	reason, err := CheckText(noPhotoReason, "no_photo_reason", false, limit)
	if err != nil {
		return "", "", err
	}
	if kind == Repair && afterPhotos == 0 && utf8.RuneCountInString(reason) < 4 {
		return "", "", models.RefuseField("ticket.proof_required", "photos")
	}
	return result, reason, nil
}

// Awaits reports whether the "done" c, whose proof has arrived, is still the word of whoever must answer t. What a party said
// before t came to the next one proves its work and ends nothing of the other's.
func (t Ticket) Awaits(c Closing) bool {
	return c.HandlingPartyID == t.HandlingPartyID && !c.SaidAt.Before(t.DispatchedAt)
}

// Rating is an answer to a closing, or a general rating of whoever runs a place.
type Rating struct {
	ID              int64 `gorm:"primaryKey"`
	AuthorID        int64
	ClientID        string
	ContentHash     string
	Kind            string // confirm, send_back, callback, general
	TicketID        int64
	Closing         int64
	EstateID        int64
	HandlingPartyID int64
	UnitID          int64  // the household whose voice it is; 0 while no membership is approved
	Weight          string // full, volunteer, none
	Solved          bool
	Level           int // 1…5, 0 when no stars were given
	Text            string
	Period          models.Month
	At              time.Time
}

// Answer is what the reporter says of a closing.
type Answer struct {
	ClientID string `json:"client_id" format:"uuid"`
	Closing  int64  `json:"closing" minimum:"1"`
	Level    int    `json:"level,omitempty" minimum:"0" maximum:"5"`
	Text     string `json:"text,omitempty" maxLength:"8000"`
}

// Answering is what an answer of a's is: the step that it takes and what becomes of the closing by it. Of a neighbour's words that
// are passed on, "solved" is a step of its own.
func Answering(a models.Actor, t Ticket, solved bool) (Action, Outcome) {
	switch {
	case !solved:
		return SendBack, OutcomeSentBack
	case PartOf(a, t) == PartFiler:
		return RelayConfirm, OutcomeRelayed
	}
	return Confirm, OutcomeConfirmed
}

// AnswerOpen reports whether the newest closing may still be answered: until it is answered, and fourteen days after
// the ticket closed (DECISIONS 14).
func (t Ticket) AnswerOpen(c Catalogue, now time.Time) bool {
	return t.ClosedAt == nil || now.Before(t.ClosedAt.Add(c.RateWindow()))
}

// answersInTime refuses an answer for which it is too late.
func (t Ticket) answersInTime(c Catalogue, now time.Time) error {
	if !t.AnswerOpen(c, now) {
		return models.Refuse(models.Conflict, "ticket.answer_too_late")
	}
	return nil
}

// MayAnswer refuses who has no answer to give to t's "done", and stars from anybody but the reporter (DECISIONS 6).
func (t Ticket) MayAnswer(a models.Actor, solved bool, level int, partyKind string) error {
	action, _ := Answering(a, t, solved)
	part := PartOf(a, t)
	step, _ := stepOf(action)
	switch {
	case part == PartReporter:
		return nil
	case !step.may(a, part, t), part == PartOfficer && !MayDecide(a, t, partyKind):
		return models.Refuse(models.Denied, "ticket.not_yours_to_"+string(action))
	case level != 0:
		return models.RefuseField("ticket.no_stars_for_others", "level")
	}
	return nil
}

// answersFor reports whether a may take the step as far as it is an answer to a "done". A reporter gives his own. For a neighbour
// without an account who filed for him passes his words on, or an office asks him; nobody who works for the party that must answer
// does either. Whether an office has an interest is MayDecide's to say, which knows the party's kind.
func (s Step) answersFor(a models.Actor, part Part, t Ticket) bool {
	switch {
	case s.Action != Confirm && s.Action != SendBack && s.Action != RelayConfirm || part == PartReporter:
		return true
	case t.ReporterID != 0 || a.WorksFor(t.HandlingPartyID) || OnlyAudits(a, t):
		return false
	}
	// A closing that nobody rated, days before silence could have closed it, would tell the party of a complaint that somebody
	// filed it for another: there an office asks.
	return s.Action != RelayConfirm || !t.Protected
}

// AnswerWeight is the weight of an answer: full for a household whose membership is approved, none otherwise — the answer
// is kept and shown, it just does not move a score (DECISIONS 3, 14).
// Whoever works for the party that answered has no voice on its work, and nobody has one in a neighbour's place (DECISIONS 6).
func AnswerWeight(a models.Actor, t Ticket) (unitID int64, weight string) {
	if a.WorksFor(t.HandlingPartyID) || PartOf(a, t) != PartReporter {
		return 0, weightless
	}
	for _, home := range a.Homes {
		if home.Approved && home.EstateID == t.EstateID {
			return home.UnitID, "full"
		}
	}
	return 0, weightless
}

// weightless is the word for such an answer in the data of its line, under weightKey.
const (
	weightKey  = "weight"
	weightless = "none"
)

// Weightless reports whether a's answer moves no number: as reporter, with a voice that has no weight. What an office that asked him or
// who filed for somebody without an account says for him is that person's word, and has its own.
func Weightless(a models.Actor, t Ticket) bool {
	_, weight := AnswerWeight(a, t)
	return weight == weightless && PartOf(a, t) == PartReporter
}

// stock are replies that reach somebody without telling him anything.
var stock = []string{"收到", "好的", "已收到", "知道了", "请稍等", "处理中", "正在处理", "ok", "嗯", "谢谢", "您好", "已阅"}

// Substantive reports whether a reply says something: six characters or more after the polite words are taken off. Only such a reply,
// once read, counts as contact (DECISIONS 4), so that a canned "收到" stops no clock.
func Substantive(text string) bool {
	text = strings.ToLower(strings.TrimSpace(text))
	for _, s := range stock {
		text = strings.ReplaceAll(text, s, "")
	}
	text = strings.TrimFunc(text, func(r rune) bool { return strings.ContainsRune(" ,.!?;:，。！？；：、~…", r) })
	return utf8.RuneCountInString(text) >= 6
}

// Message is one line of the relay thread between the reporter and whoever answers; neither sees the other's number.
type Message struct {
	ID              int64 `gorm:"primaryKey"`
	TicketID        int64
	AuthorID        int64
	ClientID        string
	ContentHash     string
	Side            Part
	HandlingPartyID int64
	Text            string
	At              time.Time
	ReadAt          *time.Time // when the other side read it
}

// party is the party whose people wrote m. Of the first messages nobody noted it: it is the one that has t, where t never moved.
func (m Message) party(t Ticket) int64 {
	if m.HandlingPartyID == 0 && t.KeptFrom == "" {
		return t.HandlingPartyID
	}
	return m.HandlingPartyID
}

// TableName is the thread's table.
func (Message) TableName() string { return "ticket_messages" }

// MaySay reports whether part may add to the relay thread: while the ticket is open, and as long as its closing may
// still be answered. While it is held there is nobody at the other end.
func (t Ticket) MaySay(part Part, c Catalogue, now time.Time) bool {
	switch {
	case part == PartObserver || part == PartSystem || t.Held():
		return false
	case t.Open:
		return true
	}
	return (t.State == Closed || t.State == ClosedUnrated) && t.AnswerOpen(c, now)
}

// SideOf is the side of the thread on which a part speaks: the filer speaks for the reporter.
func SideOf(part Part) Part {
	if part == PartFiler {
		return PartReporter
	}
	return part
}

// Unread counts, of the sides whose lines nobody has read yet, those that are not a's: what waits for the reporter's side or
// the party, where a is of one of them.
func Unread(a models.Actor, t Ticket, sides []Part) (n int64) {
	mine := SideOf(PartOf(a, t))
	if mine != PartReporter && mine != PartHandler {
		return 0
	}
	for _, side := range sides {
		if side != mine {
			n++
		}
	}
	return n
}

// DoneSaying is the handler's "done".
type DoneSaying struct {
	ClientID      string `json:"client_id" format:"uuid"`
	Version       int64  `json:"version,omitempty" doc:"the version that the handler saw; 0 = whatever is current"`
	Result        string `json:"result" maxLength:"8000"`
	NoPhotoReason string `json:"no_photo_reason,omitempty" maxLength:"8000"`
}

// Saying is a line for the relay thread.
type Saying struct {
	ClientID string `json:"client_id" format:"uuid"`
	Text     string `json:"text" maxLength:"8000"`
}

// Said is the answer to a Saying.
type Said struct {
	Message       MessageView `json:"message"`
	PhotosMissing []string    `json:"photos_missing"`
}
