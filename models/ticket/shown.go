package ticket

import (
	"time"

	"linli/models"
)

// Row is a ticket in a list.
type Row struct {
	ID                int64       `json:"id"`
	Number            string      `json:"number"`
	Category          string      `json:"category"`
	Kind              Kind        `json:"kind"`
	Urgency           string      `json:"urgency"`
	State             State       `json:"state"`
	EstateID          int64       `json:"estate_id"`
	EstateName        string      `json:"estate_name"`
	BuildingName      string      `json:"building_name,omitempty"`
	TextShort         string      `json:"text_short"`
	PhotoID           int64       `json:"photo_id,omitempty"`
	FiledOn           models.Date `json:"filed_on"`
	FiledAt           *time.Time  `json:"filed_at,omitempty" doc:"only for those who may know the exact time"`
	HeldSince         *time.Time  `json:"held_since,omitempty" doc:"since when this party has it and its clocks run, where another one had it before"`
	HeldUntil         *time.Time  `json:"held_until,omitempty" doc:"while it waits for its batch: when it is passed on at the latest"`
	PausedUntil       models.Date `json:"paused_until,omitempty" doc:"the clock to solve it stands still until the start of this day"`
	ReviewBy          models.Date `json:"review_by,omitempty" doc:"it is suspended: the last day of the next review"`
	PromisedOn        models.Date `json:"promised_on,omitempty" doc:"the party has promised a result by the end of this day"`
	PromiseAsks       bool        `json:"promise_asks,omitempty" doc:"for the reporter: he may say now whether the promise was kept"`
	HandlingPartyName string      `json:"handling_party_name"`
	RespondDue        time.Time   `json:"respond_due"`
	ResolveDue        time.Time   `json:"resolve_due"`
	NextStep          NextStep    `json:"next_step" enum:"acknowledge,contact,joint_answer,resolve,review,confirm,none"`
	NextDue           *time.Time  `json:"next_due,omitempty"`
	Overdue           bool        `json:"overdue"`
	Unanswered        bool        `json:"unanswered"`
	SendBacks         int64       `json:"send_backs"`
	Urges             int64       `json:"urges" doc:"how often the reporter urged"`
	EscalatedTo       Level       `json:"escalated_to" doc:"0 nobody, 1 station, 2 town, 3 centre, 4 leading group"`
	Joint             bool        `json:"joint" doc:"ten households, a committee or the community stand behind it"`
	Unread            int64       `json:"unread"`
	RatingLevel       int         `json:"rating_level,omitempty"`
	Protected         bool        `json:"protected"`
	Version           int64       `json:"version"`
}

// View is a whole ticket as one viewer may see it.
type View struct {
	Row
	ClientID          string          `json:"client_id,omitempty" doc:"only for its author"`
	Text              string          `json:"text"`
	CommunityName     string          `json:"community_name"`
	EntranceName      string          `json:"entrance_name,omitempty"`
	UnitName          string          `json:"unit_name,omitempty"`
	PlaceWords        string          `json:"place_words"`
	QueryCode         string          `json:"query_code,omitempty" doc:"only for the reporter and the filer"`
	Receipt           *Receipt        `json:"receipt,omitempty" doc:"only for the reporter and the filer, never for the party that answers"`
	Closing           int64           `json:"closing"`
	ClosedAt          *time.Time      `json:"closed_at,omitempty"`
	DoneAt            *time.Time      `json:"done_at,omitempty"`
	DoneResult        string          `json:"done_result,omitempty"`
	DoneNoPhotoReason string          `json:"done_no_photo_reason,omitempty"`
	DoneWaitingPhotos bool            `json:"done_waiting_photos"`
	Evidence          string          `json:"evidence,omitempty"`
	Clocks            []Clock         `json:"clocks"`
	Photos            []PhotoView     `json:"photos"`
	Timeline          []TimelineItem  `json:"timeline"`
	Messages          []MessageView   `json:"messages"`
	Actions           []Action        `json:"actions"`
	You               Part            `json:"you" enum:"reporter,filer,handler,steward,officer,observer"`
	Reporter          *ReporterView   `json:"reporter,omitempty" doc:"absent for those who must not know"`
	OnBehalf          bool            `json:"on_behalf"`
	ContactShared     bool            `json:"contact_shared"`
	SmallBuilding     bool            `json:"small_building"`
	HandlingParty     Party           `json:"handling_party"`
	RoutedBy          string          `json:"routed_by"`
	Rating            *RatingView     `json:"rating,omitempty"`
	RateUntil         *time.Time      `json:"rate_until,omitempty"`
	AutoCloseAt       *time.Time      `json:"auto_close_at,omitempty"`
	Return            *ReturnView     `json:"return,omitempty" doc:"a return that waits for the dispatcher; not for the reporter's side"`
	Extension         *ExtensionView  `json:"extension,omitempty" doc:"the extension that the party asked for"`
	ExtensionDays     *ExtensionDays  `json:"extension_days,omitempty" doc:"for the handler who may ask: the days to choose from"`
	Pause             *PauseView      `json:"pause,omitempty" doc:"the pause that runs"`
	PauseDays         *PauseDays      `json:"pause_days,omitempty" doc:"for who may pause it: the days to choose from"`
	Reaching          *ReachingView   `json:"reaching,omitempty" doc:"that the party tried to reach the reporter, for both and the offices"`
	Suspension        *SuspensionView `json:"suspension,omitempty" doc:"the newest suspension, or the wish for one"`
	Promise           *PromiseView    `json:"promise,omitempty" doc:"the newest promise"`
	Cause             *TicketCause    `json:"cause,omitempty" doc:"the cause case to which it belongs"`
	PromiseDays       *PromiseDays    `json:"promise_days,omitempty" doc:"for the handler who may promise or name a later day: the days to choose from"`
	OnDuty            *OnDuty         `json:"on_duty,omitempty" doc:"of an urgent matter that is not done, for the reporter, the filer and the officers: whom to call at the party now"`
	Supporters        Band            `json:"supporters,omitempty" enum:"few,some,many" doc:"how many households support it, as of yesterday: under 3, 3 to 9, 10 or more; absent in a small building"`
	Households        *int            `json:"households,omitempty" doc:"for offices that may know who filed: the exact number"`
	JointMatter       *JointView      `json:"joint_matter,omitempty"`
	RedispatchAfter   *time.Time      `json:"redispatch_after,omitempty" doc:"for the office: a \"done\" waits for its photos; from this moment it may give the overdue ticket to another party"`
	LikelyParties     []Party         `json:"likely_parties,omitempty" doc:"for who may return, decide a return or redispatch: who serves the place today, the community's station and, for who redispatches, the town; without the party that has it"`
	UrgeAfter         *time.Time      `json:"urge_after,omitempty" doc:"for the reporter: the next moment at which he may urge"`
}

// Receipt is what proves to the reporter that his filing stands in the ledger: its leaf, and where it stands once it has
// been sealed.
type Receipt struct {
	Leaf       string             `json:"leaf" doc:"SHA-256 of the filing's line in the ledger, salted"`
	Position   *int64             `json:"position,omitempty" doc:"from 0; absent until it is sealed"`
	Checkpoint *ReceiptCheckpoint `json:"checkpoint,omitempty" doc:"the first signed one that covers it"`
}

// ReceiptCheckpoint names a signed checkpoint of the ledger.
type ReceiptCheckpoint struct {
	Number   int64     `json:"number"`
	Size     int64     `json:"size"`
	SignedAt time.Time `json:"signed_at"`
}

// ReporterView is the masked person behind a ticket.
type ReporterView struct {
	NameMasked  string `json:"name_masked"`
	PhoneMasked string `json:"phone_masked"`
	UnitName    string `json:"unit_name,omitempty"`
	Shared      bool   `json:"shared"`
}

// RatingView is the newest answer. Level and text are shown to its author and the centre only (DECISIONS 12).
type RatingView struct {
	Level  int         `json:"level,omitempty"`
	Solved bool        `json:"solved"`
	Text   string      `json:"text,omitempty"`
	On     models.Date `json:"on"`
}

// PhotoView is a photo on the ticket's page; its bytes come from /photos/{id}.
type PhotoView struct {
	ID          int64       `json:"id"`
	ClientID    string      `json:"client_id,omitempty"`
	Kind        string      `json:"kind"`
	Status      string      `json:"status" enum:"expected,stored,refused"`
	Width       int         `json:"width,omitempty"`
	Height      int         `json:"height,omitempty"`
	RefuseCode  string      `json:"refuse_code,omitempty"`
	ExactRepeat bool        `json:"exact_repeat,omitempty"`
	On          models.Date `json:"on"`
}

// TimelineItem is one step in plain words' raw material: the PWA makes the sentence.
type TimelineItem struct {
	ID        int64          `json:"id"`
	Action    string         `json:"action"`
	At        *time.Time     `json:"at,omitempty" doc:"absent where the exact time would point at a person"`
	On        models.Date    `json:"on"`
	ActorRole models.Role    `json:"actor_role"`
	ActorName string         `json:"actor_name,omitempty" doc:"the party's name, never a person's"`
	PartyName string         `json:"party_name" doc:"the party that had to answer then"`
	Mine      bool           `json:"mine"`
	FromState string         `json:"from_state,omitempty"`
	ToState   string         `json:"to_state,omitempty"`
	Note      string         `json:"note,omitempty"`
	Photos    []int64        `json:"photos"`
	Params    map[string]any `json:"params,omitempty"`
}

// MessageView is one line of the relay thread.
type MessageView struct {
	ID         int64       `json:"id" doc:"counted within the thread, from 1"`
	ClientID   string      `json:"client_id,omitempty"`
	Side       Part        `json:"side" enum:"reporter,handler,steward,officer"`
	Mine       bool        `json:"mine"`
	AuthorName string      `json:"author_name,omitempty"`
	Text       string      `json:"text"`
	At         *time.Time  `json:"at,omitempty"`
	On         models.Date `json:"on"`
	ReadAt     *time.Time  `json:"read_at,omitempty"`
	Photos     []PhotoView `json:"photos"`
}

// Filed is the answer to a filing: the ticket, and the photos whose bytes the server waits for.
type Filed struct {
	Ticket        View     `json:"ticket"`
	PhotosMissing []string `json:"photos_missing"`
	Created       bool     `json:"-"`
}
